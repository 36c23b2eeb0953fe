"""What is asked: months, services, and the addresses of API and pages. The dice are the same in every run."""

import random
from datetime import date, timedelta
from itertools import product
from urllib.parse import quote, urlencode

# A month has so many days.
MONTHS = (28, 29, 30, 31)


def months(days: int, end: date) -> list[tuple[date, date]]:
    """Every run of days as long as a month within the days of the file."""
    first = end - timedelta(days=days - 1)
    lengths = [min(length, days) for length in MONTHS]
    return [
        (first + timedelta(days=start), first + timedelta(days=start + length - 1))
        for length in lengths
        for start in range(days - length + 1)
    ]


def months_of_services(services: list[str], days: int, end: date, count: int) -> list[tuple[str, date, date]]:
    """A month and a service, no two alike, so that no answer can have been kept from before."""
    every = [(service, *month) for service, month in product(services, months(days, end))]
    random.Random(1).shuffle(every)
    return every[:count]


def kpis(group_by: str, first: date, last: date, **filters: str) -> str:
    return "/api/v1/kpis?" + urlencode({"group_by": group_by, "from": first, "to": last, **filters})


def whole_time(days: int, end: date, count: int) -> list[str]:
    """All days by courier and day; the days after the last hold nothing, but make each question another one."""
    first = end - timedelta(days=days - 1)
    return [kpis("courier,day", first, end + timedelta(days=later)) for later in range(count)]


def pages(couriers: list[str], services: list[str], numbers: list[str], days: int, end: date) -> list[tuple[str, str]]:
    """The addresses of every page, as people come to them, with the page's name before each."""
    asked = []
    for turn, (first, last) in enumerate(months(days, end)[:40]):
        courier, service = couriers[turn % len(couriers)], services[turn % len(services)]
        number, other = numbers[turn % len(numbers)], numbers[turn * 7 % len(numbers)]
        period = {"from": first, "to": last}
        asked += [
            ("overview", "/?" + urlencode(period)),
            ("overview", "/?" + urlencode({**period, "service": service})),
            ("couriers", "/couriers?" + urlencode(period)),
            ("couriers", "/couriers?" + urlencode({"period": "90", "service": service})),
            ("courier", f"/couriers/{quote(courier, safe='')}?" + urlencode(period)),
            ("parcels", "/parcels?" + urlencode({"courier": courier, "class": "late", **period})),
            ("parcels", "/parcels?" + urlencode({"q": f"{number} {other}"})),
            ("parcel", f"/parcels/{quote(number, safe='')}"),
            ("feeds", "/feeds"),
        ]
    return asked
