"""What is wanted, beside what was measured."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Line:
    what: str
    key: str
    unit: str
    # The bound and how it is written, from the other results; nothing where the value is for orientation.
    bound: Callable[[dict], float] | None = None
    is_least: bool = False
    of: str = ""


def at_most(value: float) -> Callable[[dict], float]:
    return lambda _: value


def times(factor: float, key: str) -> Callable[[dict], float]:
    return lambda results: factor * results[key]


LINES = [
    Line("Import, everything derived and on disk", "import_s", "s", times(3, "duckdb_s"), of="3 x DuckDB"),
    Line("  DuckDB, load and fold", "duckdb_s", "s"),
    Line("  PostgreSQL, load and fold", "postgres_s", "s"),
    Line("Import, every leg judged by contract", "import_contracts_s", "s", times(4, "duckdb_s"), of="4 x DuckDB"),
    Line("Import, most memory", "import_peak_mb", "MB", at_most(1073.7), of="1 GiB"),
    Line("Database", "db_mb", "MB", times(3, "duckdb_mb"), of="3 x DuckDB"),
    Line("  DuckDB's file", "duckdb_mb", "MB"),
    Line("Start on that database", "startup_s", "s", at_most(2)),
    Line("Server's memory after it", "server_rss_mb", "MB", at_most(400)),
    Line("A month, a service, by courier: median", "kpi_p50_ms", "ms", at_most(3)),
    Line("A month, a service, by courier: p99", "kpi_p99_ms", "ms", at_most(15)),
    Line("  DuckDB, in its own process", "duckdb_kpi_ms", "ms"),
    Line("  PostgreSQL", "postgres_kpi_ms", "ms"),
    Line("All days by courier and day: median", "kpi_long_p50_ms", "ms", at_most(25)),
    Line("The same after ten times the history", "kpi_history_ratio", "x", at_most(1.3)),
    Line("Every page's HTML: p95", "page_p95_ms", "ms", at_most(40)),
    Line("POST of 1,000 events, durable", "post_events_per_s", "events/s", at_most(30_000), is_least=True),
    Line("POST of 1,000 events: p99 of the answer", "post_p99_ms", "ms", at_most(250)),
    Line("Event to figure at 30,000 events/s: p99", "fresh_p99_ms", "ms", at_most(1000)),
    Line("POST of single events, 64 connections", "post_single_per_s", "bodies/s", at_most(3000), is_least=True),
    Line("Judging every parcel anew, under 10,000 events/s", "rejudge_s", "s", at_most(60)),
    Line("  with nothing else to do", "rejudge_idle_s", "s"),
    Line("POST of 1,000 events meanwhile: p99", "post_p99_during_rejudge_ms", "ms", at_most(250)),
    Line("WebAssembly and loader of a first page, brotli", "wasm_brotli_kb", "kB", at_most(350)),
    Line("  with the parts for rare pages", "wasm_all_brotli_kb", "kB"),
]


def table(results: dict) -> str:
    rows = [("", "measured", "wanted", "")]
    for line in LINES:
        value = results.get(line.key)
        measured = "not measured" if value is None else f"{number(value)} {line.unit}"
        wanted = met = ""
        if line.bound is not None:
            try:
                bound = line.bound(results)
            except KeyError:
                bound = None
            sign = "at least" if line.is_least else "at most"
            wanted = f"{sign} {line.of}" if bound is None else f"{sign} {number(bound)} {line.unit}"
            wanted += f" ({line.of})" if line.of and bound is not None else ""
            if value is not None and bound is not None:
                met = "met" if (value >= bound if line.is_least else value <= bound) else "MISSED"
        rows.append((line.what, measured, wanted, met))
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join("  ".join(f"{text:<{width}}" for text, width in zip(row, widths)).rstrip() for row in rows)


def number(value: float) -> str:
    """Three digits that count; thousands in groups."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
