"""PostgreSQL: the file loaded, folded and asked in a private cluster, which is gone afterwards."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from courierscope import free_port

HERE = Path(__file__).parent

# Everything reaches the disk, as it does by default; only memory and the log have the room that a machine of today has.
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "shared_buffers": "1GB",
    "work_mem": "256MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "8GB",
    "jit": "off",
}


def measure(file: Path, questions: list[tuple]) -> dict:
    # Not above, so that the other steps run where it could not be installed.
    import psycopg

    settings = {"autocommit": True, "cursor_factory": psycopg.RawCursor}
    with cluster() as address, psycopg.connect(address, **settings) as connection:
        start = time.perf_counter()
        connection.execute((HERE / "events.sql").read_text())
        with connection.cursor().copy("copy events from stdin (format csv, header)") as copy, file.open("rb") as source:
            while block := source.read(1 << 20):
                copy.write(block)
        loaded = time.perf_counter()
        # The aggregate that PostgreSQL lacks.
        fold = (HERE / "fold.sql").read_text()
        connection.execute(fold.replace("arg_max(courier, time)", "(array_agg(courier order by time desc))[1]"))
        folded = time.perf_counter()
        connection.execute("analyze parcels")
        kpi, times = (HERE / "kpi.sql").read_text(), []
        for question in questions:
            asked = time.perf_counter()
            connection.execute(kpi, question, prepare=True).fetchall()
            times.append(time.perf_counter() - asked)
        (size,) = connection.execute("select pg_database_size(current_database())").fetchone()
        (version,) = connection.execute("show server_version").fetchone()
    return {
        "postgres_s": folded - start,
        "postgres_load_s": loaded - start,
        "postgres_fold_s": folded - loaded,
        "postgres_kpi_ms": median(times) * 1e3,
        "postgres_mb": size / 1e6,
        "postgres_version": version,
        "postgres_settings": SETTINGS,
    }


@contextmanager
def cluster() -> Iterator[str]:
    """A running cluster's address. Its programs refuse to be run by root, and its folder is one that all can reach."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not found:
        raise RuntimeError("PostgreSQL is not installed; on Debian: apt-get install postgresql")
    programs = found[-1].parent
    folder = Path(tempfile.mkdtemp(prefix="courierscope-bench-", dir="/var/tmp"))
    user = {}
    if os.geteuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
        user = {"user": "postgres", "group": "postgres", "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        command = [programs / program, f"--pgdata={folder}/data", *arguments]
        with (folder / "output").open("ab") as output:
            done = subprocess.run(command, cwd=folder, stdout=output, stderr=output, timeout=120, **user)
        if done.returncode != 0:
            raise RuntimeError(f"{program} failed:\n{(folder / 'output').read_text()}")

    try:
        run("initdb", "--auth=trust", "--username=courierscope", "--encoding=UTF8", "--locale=C")
        port = free_port()
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        run("pg_ctl", "--wait", f"--log={folder}/log", f"--options=-p {port} -k {folder} {options}", "start")
        try:
            yield f"postgresql://courierscope@127.0.0.1:{port}/postgres"
        finally:
            run("pg_ctl", "--mode=fast", "stop")
    finally:
        shutil.rmtree(folder)
