"""One Sluice process under measurement, and what Linux knows about it."""

import json
import os
import re
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

READY = re.compile(r"Sluice is ready at (http://\S+)")


class Sluice:
    """A service of our own on a free port; `url` is where it answers, `ready_seconds` how long the start took."""

    def __init__(self, command: list[str], root: Path, log: Path):
        root.mkdir(parents=True, exist_ok=True)
        self.root = root
        self.log = log
        self.url = ""
        self.ready_seconds = 0.0
        started = time.perf_counter()
        self.process = subprocess.Popen(
            [*command, "--server.port=0", f"--sluice.root={root}"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace")
        ready = threading.Event()

        def follow() -> None:
            with log.open("a") as out:
                for line in self.process.stdout:
                    out.write(line)
                    out.flush()
                    found = READY.search(line)
                    if found and not self.url:
                        self.ready_seconds = time.perf_counter() - started
                        self.url = found.group(1).rstrip("/.")
                        ready.set()
            ready.set()

        threading.Thread(target=follow, daemon=True).start()
        if not ready.wait(120) or not self.url:
            self.process.kill()
            raise RuntimeError(f"Sluice did not get ready; see {log}")

    def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(60)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> "Sluice":
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _status(self, field: str) -> float:
        text = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(rf"^{field}:\s+(\d+) kB", text, re.M).group(1)) / 1024

    def resident_mib(self) -> float:
        return self._status("VmRSS")

    def peak_mib(self) -> float:
        """The largest resident size since `forget_peak`."""
        return self._status("VmHWM")

    def forget_peak(self) -> None:
        try:
            Path(f"/proc/{self.process.pid}/clear_refs").write_text("5")
        except OSError:
            pass  # not allowed here: the peak is then that of the whole life

    def cpu_seconds(self) -> float:
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def call(self, method: str, path: str, body: object = None, content_type: str = "application/json",
             headers: dict[str, str] | None = None) -> dict:
        """One request that must succeed; the JSON of its answer (empty without a body)."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url + path, data, {"Content-Type": content_type, **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=600) as answer:
                text = answer.read()
        except urllib.error.HTTPError as e:
            raise RuntimeError(f"{method} {path}: {e.code} {e.read().decode(errors='replace')}") from e
        return json.loads(text) if text else {}


def load(client_command: list[str], *arguments: object) -> object:
    """Runs one command of LoadClient and returns what it measured."""
    done = subprocess.run([*client_command, *map(str, arguments)], capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"LoadClient {arguments}: {done.stderr}")
    if done.stderr.strip():
        print(done.stderr, flush=True)
    return json.loads(done.stdout)
