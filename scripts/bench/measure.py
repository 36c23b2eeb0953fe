"""Measures Courierscope beside DuckDB and PostgreSQL on one file, prints a table and writes latest.json.

A step that fails says why, and the others still run.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import time
import traceback
from datetime import date, datetime, timezone
from pathlib import Path

import report
from courierscope import Courierscope
from steps import STEPS, Bench

HERE = Path(__file__).parent


def commit() -> str:
    done = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=HERE, capture_output=True, text=True)
    return done.stdout.strip() or "unknown"


def machine(program: Courierscope) -> dict:
    processor = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.split(":")[1] for line in processor if line.startswith("model name")]
    return {
        "measured_at": datetime.now(timezone.utc).isoformat(timespec="seconds"),
        "version": program.say("--version"),
        "commit": commit(),
        "cores": os.cpu_count(),
        "processor": models[0].strip() if models else platform.machine(),
        "memory_gb": round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1),
        "kernel": platform.release(),
        "load_before": os.getloadavg()[0],
    }


def main() -> int:
    # Whoever ends this ends what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, required=True, help="courierscope")
    parser.add_argument("--tool", type=Path, required=True, help="what asks and loads it")
    parser.add_argument("--folder", type=Path, required=True, help="where files and databases lie")
    parser.add_argument("--site", type=Path, required=True, help="what the browser loads")
    parser.add_argument("--parcels", type=int, default=1_250_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=120)
    parser.add_argument("--end", type=date.fromisoformat, default=date(2026, 6, 30))
    parser.add_argument("--only", nargs="*", choices=STEPS, help="only these steps")
    wanted = parser.parse_args()
    bench = Bench(wanted)
    results = machine(bench.program)
    results |= {"parcels": bench.parcels, "seed": bench.seed, "days": bench.days, "end": str(bench.end)}
    failed = {}
    for name in wanted.only or STEPS:
        print(f"==> {name}", file=sys.stderr, flush=True)
        start = time.perf_counter()
        try:
            results |= STEPS[name](bench)
        except Exception as fault:
            failed[name] = str(fault) or type(fault).__name__
            # Ours say by themselves what is wrong.
            if not isinstance(fault, RuntimeError):
                traceback.print_exc()
        print(f"    {time.perf_counter() - start:.1f} s", file=sys.stderr)
    counted, folded = results.get("parcels_counted"), results.get("parcels_folded")
    if counted and folded and counted != folded:
        failed["ask"] = f"Courierscope counts {counted} parcels and DuckDB {folded}: they did not do the same work"
    print("\n" + report.table(results))
    for name, fault in failed.items():
        print(f"\nThe step `{name}` failed: {fault}\nOnce that is mended: make bench ONLY={name}")
    rounded = {key: round(value, 3) if isinstance(value, float) else value for key, value in results.items()}
    latest = bench.folder / "latest.json"
    latest.write_text(json.dumps(rounded | {"failed": failed}, indent=2, ensure_ascii=False) + "\n")
    print(f"\nAll of it: {latest}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
