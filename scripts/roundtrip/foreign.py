"""Sluice, delta-rs and Spark write to one table at the same time; every row of each must be there once, for all."""

import argparse
import collections
import json
import os
import subprocess
import sys
import threading
import traceback
import urllib.request
from pathlib import Path

import deltalake
import pyarrow as pa
from deltalake.exceptions import CommitFailedError

OURS = 0
THEIRS = 1_000_000_000
SPARKS = 2_000_000_000
HERE = Path(__file__).resolve().parent


class Sluice:
    def __init__(self, url: str):
        self.url = url.rstrip("/")

    def call(self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None) -> dict:
        request = urllib.request.Request(self.url + path, None if body is None else json.dumps(body).encode(),
                                         {"Content-Type": "application/json", **(headers or {})}, method=method)
        with urllib.request.urlopen(request, timeout=120) as answer:
            return json.load(answer)

    def ids(self, table: str) -> list[int]:
        ids: list[int] = []
        token = ""
        while True:
            page = self.call("GET", f"/v1/tables/{table}/rows?limit=100000{token}")
            ids += [row["id"] for row in page["rows"]]
            if not page.get("nextPageToken"):
                return sorted(ids)
            token = "&pageToken=" + page["nextPageToken"]


def post(sluice: Sluice, table: str, commits: int, told: dict, others: list[threading.Thread]) -> None:
    """Posts no faster than the others commit, so that their commits lie between."""
    for commit in range(commits):
        rows = [{"id": OURS + commit * 10 + row} for row in range(3)]
        version = sluice.call("POST", f"/v1/tables/{table}/rows", rows, {"Idempotency-Key": f"ours-{commit}"})["version"]
        told["ours"].update(row["id"] for row in rows)
        while version < 2 * commit and any(other.is_alive() for other in others):
            others[-1].join(0.2)
            version = sluice.call("GET", f"/v1/tables/{table}")["version"]


def write(path: Path, commits: int, told: dict) -> None:
    """Appends, and now and then a delete or a compaction, until each of the commits is made."""
    for commit in range(commits):
        while True:
            try:
                kind = "delete" if commit % 10 == 5 else "optimize" if commit % 25 == 20 else "append"
                if kind == "delete":
                    victim = THEIRS + (commit - 1) * 10
                    deltalake.DeltaTable(path).delete(f"id = {victim}")
                    told["theirs"].discard(victim)
                elif kind == "optimize":
                    deltalake.DeltaTable(path).optimize.compact()
                else:
                    ids = [THEIRS + commit * 10 + row for row in range(2)]
                    deltalake.write_deltalake(path, pa.table({"id": pa.array(ids, pa.int64())}), mode="append")
                    told["theirs"].update(ids)
                told["kinds"][kind] += 1
                break
            except CommitFailedError:
                told["kinds"]["collided"] += 1


def read(path: Path) -> list[int]:
    batches = deltalake.QueryBuilder().register("t", deltalake.DeltaTable(path)).execute("SELECT id FROM t").read_all()
    return sorted(pa.table(batches)["id"].to_pylist())


def guarded(failures: list[str], work, *arguments) -> threading.Thread:
    def run() -> None:
        try:
            work(*arguments)
        except Exception:
            failures.append(traceback.format_exc())
    thread = threading.Thread(target=run)
    thread.start()
    return thread


class Spark:
    """A Spark of its own, which waits until it is told to begin, and at the end until it is told to read."""

    def __init__(self, home: Path, path: Path, commits: int, log_store: str) -> None:
        environment = {**os.environ, "JAVA_HOME": os.environ["SPARK_JAVA_HOME"], "SPARK_LOCAL_IP": "127.0.0.1"}
        self.process = subprocess.Popen(
            [str(home / "venv-spark" / "bin" / "python"), str(HERE / "foreign_spark.py"), str(home), str(path), str(commits), str(SPARKS),
             *([log_store] if log_store else [])],
            env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        if self.process.stdout.readline().strip() != "ready":
            raise RuntimeError("Spark did not start")

    def ask(self) -> dict:
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"Spark ended with {self.process.wait()}")
        return json.loads(line)


def write_by_spark(spark: Spark, told: dict) -> None:
    answer = spark.ask()
    told["theirs"].update(answer["ids"])
    told["spark"] = answer["kinds"]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--root", required=True, type=Path)
    parser.add_argument("--commits", type=int, default=500, help="of ours, and of all others together")
    parser.add_argument("--writers", default="deltalake", help="who writes beside Sluice: deltalake, spark, or both")
    parser.add_argument("--home", type=Path, help="where Spark is installed")
    parser.add_argument("--spark-log-store", default="", help="the class by which Spark writes log entries to local files")
    arguments = parser.parse_args()
    writers = arguments.writers.split(",")
    share = arguments.commits // len(writers)
    sluice = Sluice(arguments.url)
    table = f"foreign.{'_'.join(writers)}{arguments.commits}"
    path = arguments.root.resolve() / table.replace(".", "/")
    sluice.call("POST", "/v1/tables", {"name": table, "columns": [{"name": "id", "type": "long"}]})
    told: dict = {"ours": set(), "theirs": set(), "kinds": collections.Counter(), "spark": {}}
    spark = Spark(arguments.home.resolve(), path, share, arguments.spark_log_store) if "spark" in writers else None
    failures: list[str] = []
    threads: list[threading.Thread] = []
    if "deltalake" in writers:
        threads.append(guarded(failures, write, path, share, told))
    if spark:
        threads.append(guarded(failures, write_by_spark, spark, told))
    threads.append(guarded(failures, post, sluice, table, arguments.commits, told, list(threads)))
    for thread in threads:
        thread.join()
    expected = sorted(told["ours"] | told["theirs"])
    versions = sorted(int(file.name[:20]) for file in (path / "_delta_log").glob("*.json") if len(file.name) == 25)
    checks = {
        "nobody failed": not failures,
        "versions follow each other": versions == list(range(len(versions))),
        "Sluice reads every row once": sluice.ids(table) == expected,
        "delta-rs reads every row once": read(path) == expected,
    }
    if spark:
        checks["Spark reads every row once"] = not failures and spark.ask()["read"] == expected
    for what, holds in checks.items():
        print(f"{'same   ' if holds else 'DIFFERS'} foreign writers: {what}")
    print(f"foreign writers: {arguments.commits} posts, delta-rs {dict(told['kinds'])}, Spark {told['spark']}, "
          f"{len(versions)} versions, {len(expected)} rows")
    print("\n".join(failures), file=sys.stderr)
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
