"""DuckDB: the file loaded, folded and asked. A process of its own, so that its memory is given back."""

import json
import sys
import time
from pathlib import Path
from statistics import median

import duckdb

HERE = Path(__file__).parent


def main(file: str, database: str, threads: str, questions: str) -> None:
    settings = {"threads": threads, "autoinstall_known_extensions": False, "autoload_known_extensions": False}
    with duckdb.connect(database, config=settings) as connection:
        start = time.perf_counter()
        connection.execute((HERE / "events.sql").read_text())
        connection.execute("copy events from $1 (format csv, header true)", [file])
        loaded = time.perf_counter()
        connection.execute((HERE / "fold.sql").read_text())
        connection.execute("checkpoint")
        folded = time.perf_counter()
        connection.execute("prepare kpi as " + (HERE / "kpi.sql").read_text())
        times = []
        for question in json.loads(questions):
            asked = time.perf_counter()
            # What EXECUTE is given cannot be a parameter itself.
            connection.execute("execute kpi('{}', date '{}', date '{}')".format(*question)).fetchall()
            times.append(time.perf_counter() - asked)
        events, parcels = (connection.execute(f"select count(*) from {t}").fetchone()[0] for t in ("events", "parcels"))
    print(
        json.dumps(
            {
                "duckdb_s": folded - start,
                "duckdb_load_s": loaded - start,
                "duckdb_fold_s": folded - loaded,
                "duckdb_mb": Path(database).stat().st_size / 1e6,
                "duckdb_kpi_ms": median(times) * 1e3,
                "duckdb_version": duckdb.__version__,
                "events": events,
                "parcels_folded": parcels,
            }
        )
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
