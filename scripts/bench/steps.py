"""The steps of the measurement. Each gives what it has measured."""

import argparse
import json
import os
import shutil
import subprocess
import sys
import threading
import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import postgres
import questions
from courierscope import LONGEST_S, Courierscope, Server

HERE = Path(__file__).parent
# The wanted rate of events, at which their way to the figures is measured.
RATE = 30_000


class Bench:
    def __init__(self, wanted: argparse.Namespace):
        self.parcels, self.seed, self.days, self.end = wanted.parcels, wanted.seed, wanted.days, wanted.end
        self.folder = wanted.folder.resolve()
        self.program = Courierscope(wanted.binary.resolve(), wanted.tool.resolve(), self.folder)
        self.database = self.folder / "courierscope.db"
        self.site = wanted.site

    def file(self, name: str, parcels: int, days: int) -> Path:
        """A network's file; the one from before where it was made by the same arguments and is read alike."""
        file, made_by = self.folder / f"{name}.csv", self.folder / f"{name}.made-by"
        arguments = [f"--parcels={parcels}", f"--seed={self.seed}", f"--days={days}", f"--end={self.end}"]
        definition = self.program.say("demo", "--definition")
        demand = " ".join(arguments) + "\n" + definition
        if not (file.exists() and made_by.exists() and made_by.read_text() == demand):
            made_by.unlink(missing_ok=True)
            self.program.run("demo", *arguments, "--write", file)
            made_by.write_text(demand)
        feeds = self.folder / "feeds"
        feeds.mkdir(exist_ok=True)
        (feeds / "network.toml").write_text(definition)
        # The first who reads it must not be the only one who waits for the disk.
        with file.open("rb") as source:
            while source.read(1 << 24):
                pass
        return file

    def network(self) -> Path:
        return self.file("network", self.parcels, self.days)

    def load(self, file: Path, database: Path, contracts: list[Path] | None = None) -> tuple[float, float]:
        """Takes a file into a new database, judged by these contracts; seconds and MB of memory."""
        remove(database)
        try:
            if contracts:
                self.program.run("contracts", "save", *contracts, f"--database-url=sqlite:{database}")
            # The feed's definition lies beside the database, where the program looks for it.
            return self.program.run("import", file, f"--database-url=sqlite:{database}", "--feed=network")
        except BaseException:
            # Half a database must not be asked.
            remove(database)
            raise

    def duckdb(self) -> dict:
        file, database = self.network(), self.folder / "duck.db"
        database.unlink(missing_ok=True)
        asked = json.dumps(self.months(50), default=str)
        command = [sys.executable, HERE / "duck.py", file, database, str(os.cpu_count()), asked]
        done = subprocess.run(command, stdout=subprocess.PIPE, text=True, timeout=600)
        if done.returncode != 0:
            raise RuntimeError("DuckDB could not do its part; what it says is above")
        database.unlink()
        return {**json.loads(done.stdout), "file_mb": file.stat().st_size / 1e6}

    def postgres(self) -> dict:
        return postgres.measure(self.network(), self.months(20))

    def imports(self) -> dict:
        """Without contracts, and then with those of every courier: the database of the steps that follow."""
        seconds, _ = self.load(self.network(), self.database)
        by_contract, memory = self.load(self.network(), self.database, self.contracts())
        size = sum(file.stat().st_size for file in self.folder.glob(self.database.name + "*"))
        return {
            "import_s": seconds,
            "import_contracts_s": by_contract,
            "import_peak_mb": memory,
            "db_mb": size / 1e6,
        }

    def contracts(self) -> list[Path]:
        """The contracts of the network's couriers."""
        folder = self.folder / "contracts"
        shutil.rmtree(folder, ignore_errors=True)
        self.program.run("demo", "--contracts", folder)
        return sorted(folder.glob("*.toml"))

    def asking(self) -> dict:
        """Start, KPIs, pages, memory: on the database as the import left it."""
        if not self.database.exists():
            raise RuntimeError("there is no database; the step `import` makes it")
        starts = []
        # Three starts, of which the last one stays.
        for _ in range(2):
            with self.program.serve(self.database) as server:
                starts.append(server.startup_s)
        with self.program.serve(self.database) as server:
            starts.append(server.startup_s)
            services = server.values("service")
            classes = server.get("/api/v1/kpis")["rows"][0]["classes"]
            months = questions.months_of_services(services, self.days, self.end, 600)
            month = server.ask(
                ("kpi", questions.kpis("courier", first, last, service=service)) for service, first, last in months
            )["all"]
            long = self.long(server)
            listed = server.get("/api/v1/parcels?limit=200")["parcels"]
            numbers = [parcel["number"] for parcel in listed]
            pages = server.ask(questions.pages(server.values("courier"), services, numbers, self.days, self.end))
            memory = server.memory_mb()
        return {
            # The late that are still under way are among the late.
            "parcels_counted": sum(classes.values()) - classes["late_open"],
            "startup_s": median(starts),
            "kpi_p50_ms": month["p50_ms"],
            "kpi_p99_ms": month["p99_ms"],
            "kpi_questions": month["count"],
            "kpi_long_p50_ms": long,
            "page_p95_ms": pages["all"]["p95_ms"],
            "page_p95_ms_by_page": {name: round(page["p95_ms"], 3) for name, page in pages.items() if name != "all"},
            "server_rss_mb": memory,
        }

    def history(self) -> dict:
        """The same question about the same days, where these are all there is and where they are a tenth of it."""
        short, long = self.folder / "history-short.db", self.folder / "history-long.db"
        self.load(self.file("history-short", self.parcels // 10, self.days), short)
        self.load(self.file("history-long", self.parcels, self.days * 10), long)
        with self.program.serve(short) as of_short, self.program.serve(long) as of_long:
            # In turns, so that both meet the same machine.
            rounds = [(self.long(of_short), self.long(of_long)) for _ in range(5)]
        for database in (short, long):
            remove(database)
        short_ms, long_ms = (median(times) for times in zip(*rounds))
        return {
            "kpi_history_ratio": long_ms / short_ms,
            "kpi_history_short_p50_ms": short_ms,
            "kpi_history_long_p50_ms": long_ms,
        }

    def sending(self) -> dict:
        """Events over HTTP, on a copy of the imported database."""
        if not self.database.exists():
            raise RuntimeError("there is no database; the step `import` makes it")
        copy, day = self.folder / "sending.db", self.end - timedelta(days=2)
        remove(copy)
        shutil.copyfile(self.database, copy)
        with self.program.serve(copy) as server:
            most = server.send(name="most", day=day, seconds=20)
            steady = server.send(name="steady", day=day, seconds=20, rate=RATE, samples=100)
            single = server.send(name="single", day=day, seconds=10, connections=64, events=1)
            memory = server.memory_mb()
        remove(copy)
        return {
            "post_events_per_s": most["events_per_s"],
            "post_p99_ms": most["answer"]["p99_ms"],
            "post_catch_up_s": most["catch_up_s"],
            "fresh_p99_ms": steady["fresh"]["p99_ms"],
            "fresh_p50_ms": steady["fresh"]["p50_ms"],
            "fresh_samples": steady["fresh"]["count"],
            "fresh_events_per_s": steady["events_per_s"],
            "post_single_per_s": single["bodies_per_s"],
            "post_single_p99_ms": single["answer"]["p99_ms"],
            "post_refused": most["refused"] + steady["refused"] + single["refused"],
            "server_rss_after_sending_mb": memory,
        }

    def rejudging(self) -> dict:
        """Every parcel is judged anew while events come in, on a copy of the imported database."""
        if not self.database.exists():
            raise RuntimeError("there is no database; the step `import` makes it")
        copy, day = self.folder / "rejudging.db", self.end - timedelta(days=2)
        remove(copy)
        shutil.copyfile(self.database, copy)
        took = {}
        with self.program.serve(copy) as server:
            # Whoever leads has to be found first.
            time.sleep(3)
            took["rejudge_idle_s"] = server.rejudge("2 working days by 21:00", "1 working day by 21:00")
            watching = threading.Thread(
                target=lambda: took.update(rejudge_s=server.rejudge("1 working day by 21:00", "2 working days by 21:00"))
            )
            watching.start()
            # From the first to the last moment of it, as long as it may take.
            sent = server.send(name="rejudge", day=day, seconds=50, rate=RATE // 3)
            watching.join(timeout=LONGEST_S)
        remove(copy)
        return {
            **took,
            "post_p99_during_rejudge_ms": sent["answer"]["p99_ms"],
            "post_events_per_s_during_rejudge": sent["events_per_s"],
        }

    def wasm(self) -> dict:
        """What a browser loads before the page is alive, and that with the parts for pages that few open."""
        package = self.site / "pkg"
        first = [package / f"{name}.br" for name in ("courierscope_bg.wasm", "courierscope.js", "__wasm_split.js")]
        parts = list(package.glob("parts/*.wasm.br"))
        return {
            "wasm_brotli_kb": sum(file.stat().st_size for file in first) / 1e3,
            "wasm_all_brotli_kb": sum(file.stat().st_size for file in first + parts) / 1e3,
        }

    def months(self, count: int) -> list[tuple[str, date, date]]:
        """Questions to the other engines, about services that the file has."""
        with self.network().open() as file:
            column = next(file).rstrip("\n").split(",").index("service")
            rows = (next(file, "").split(",") for _ in range(1000))
            services = sorted({row[column] for row in rows if len(row) > column} - {""})
        return questions.months_of_services(services, self.days, self.end, count)

    def long(self, server: Server) -> float:
        asked = questions.whole_time(self.days, self.end, 100)
        return server.ask(("long", path) for path in asked)["all"]["p50_ms"]


def remove(database: Path) -> None:
    """Removes a database and what SQLite keeps beside it."""
    for file in database.parent.glob(database.name + "*"):
        file.unlink()


STEPS = {
    "duckdb": Bench.duckdb,
    "postgres": Bench.postgres,
    "import": Bench.imports,
    "ask": Bench.asking,
    "history": Bench.history,
    "send": Bench.sending,
    "rejudge": Bench.rejudging,
    "wasm": Bench.wasm,
}
