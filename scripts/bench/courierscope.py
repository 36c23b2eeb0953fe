"""Courierscope's own programs: the one that is measured, and the one that asks and loads it."""

import json
import os
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

# A command that takes longer hangs.
LONGEST_S = 1800

# The server is on this machine, whatever proxy leads away from it.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Server:
    """A server that answers."""

    base: str
    pid: int
    startup_s: float
    tool: Path

    def get(self, path: str) -> dict:
        with DIRECT.open(self.base + path, timeout=60) as answer:
            return json.load(answer)

    def values(self, grouping: str) -> list[str]:
        """What there is of couriers or services."""
        return [row[grouping] for row in self.get(f"/api/v1/kpis?group_by={grouping}")["rows"] if row[grouping]]

    def ask(self, questions: Iterable[tuple[str, str]]) -> dict:
        """Asks one after the other on one connection; the spread of the times by name, and of `all`."""
        lines = "".join(f"{name}\t{path}\n" for name, path in questions)
        return tool(self.tool, ["ask", self.base], lines)

    def send(self, **arguments: object) -> dict:
        return tool(self.tool, ["send", self.base, *(f"--{name}={value}" for name, value in arguments.items())])

    def rejudge(self, before: str, after: str) -> float:
        """Gives one contract another deadline; seconds until every figure follows."""
        path = f"{self.base}/api/v1/contracts/rapida"
        with DIRECT.open(f"{path}/file", timeout=60) as answer:
            text = answer.read().decode()
        start = time.perf_counter()
        changed = urllib.request.Request(path, text.replace(before, after).encode(), method="PUT")
        DIRECT.open(changed, timeout=60).close()
        while self.get("/api/v1/recalculation")["status"] != "up_to_date":
            time.sleep(0.1)
        return time.perf_counter() - start

    def memory_mb(self) -> float:
        """What the server has in memory now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) * 1024 / 1e6 for line in status.splitlines() if line.startswith("VmRSS"))


def tool(program: Path, arguments: list[str], lines: str = "") -> dict:
    done = subprocess.run([program, *arguments], input=lines, capture_output=True, text=True, timeout=LONGEST_S)
    if done.returncode != 0:
        raise RuntimeError(done.stderr.strip())
    return json.loads(done.stdout)


@dataclass
class Courierscope:
    """The program that is measured, and the folder that it works in."""

    binary: Path
    tool: Path
    folder: Path

    def environment(self) -> dict[str, str]:
        """Without settings of whoever runs this; new feeds count at once where the program knows the difference."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith("COURIERSCOPE__")}
        command = [self.binary, "--print-config"]
        known = subprocess.run(command, cwd=self.folder, env=clean, capture_output=True, text=True).stdout
        return clean | ({"COURIERSCOPE__NEW_FEEDS": "counted"} if "new_feeds" in known else {})

    def say(self, *arguments: str) -> str:
        """What a command prints that is done at once."""
        command = [self.binary, *arguments]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=60)
        if done.returncode != 0:
            raise RuntimeError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
        return done.stdout.strip()

    def run(self, *arguments: object) -> tuple[float, float]:
        """Runs a command to its end; how many seconds it took, and how many MB of memory at the most."""
        command = [str(self.binary), *map(str, arguments)]
        with (self.folder / "output").open("w+") as output:
            start = time.perf_counter()
            process = subprocess.Popen(command, cwd=self.folder, env=self.environment(), stdout=output, stderr=output)
            alarm = threading.Timer(LONGEST_S, process.kill)
            alarm.start()
            try:
                _, status, usage = os.wait4(process.pid, 0)
                seconds = time.perf_counter() - start
                process.returncode = os.waitstatus_to_exitcode(status)
            finally:
                alarm.cancel()
                if process.returncode is None:
                    process.kill()
            if process.returncode != 0:
                output.seek(0)
                raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{output.read()[-2000:]}")
        return seconds, usage.ru_maxrss * 1024 / 1e6

    @contextmanager
    def serve(self, database: Path) -> Iterator[Server]:
        """A server on this database, from its first answer until the end of the block."""
        port = free_port()
        base = f"http://127.0.0.1:{port}"
        command = [self.binary, "serve", f"--database-url=sqlite:{database}", f"--listen=127.0.0.1:{port}"]
        environment = self.environment()
        with (self.folder / "server.log").open("w") as log:
            start = time.perf_counter()
            process = subprocess.Popen(command, cwd=self.folder, env=environment, stdout=log, stderr=log)
            try:
                wait_until_ready(base, process)
                yield Server(base, process.pid, time.perf_counter() - start, self.tool)
            finally:
                process.terminate()
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def wait_until_ready(base: str, process: subprocess.Popen) -> None:
    for _ in range(24_000):
        if process.poll() is not None:
            raise RuntimeError("the server ended by itself; target/bench/server.log says why")
        try:
            with DIRECT.open(f"{base}/healthz", timeout=5):
                return
        except OSError:
            time.sleep(0.005)
    raise RuntimeError("the server does not answer; target/bench/server.log may say why")


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return listener.getsockname()[1]
