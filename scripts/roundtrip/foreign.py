"""Sluice and delta-rs write to one table at the same time; every row of either must be there once, for both."""

import argparse
import collections
import json
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


def post(sluice: Sluice, table: str, commits: int, told: dict) -> None:
    for commit in range(commits):
        rows = [{"id": OURS + commit * 10 + row} for row in range(3)]
        sluice.call("POST", f"/v1/tables/{table}/rows", rows, {"Idempotency-Key": f"ours-{commit}"})
        told["ours"].update(row["id"] for row in rows)


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


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--url", required=True)
    parser.add_argument("--root", required=True, type=Path)
    parser.add_argument("--commits", type=int, default=500, help="of each of the two")
    arguments = parser.parse_args()
    sluice = Sluice(arguments.url)
    table = f"foreign.writers{arguments.commits}"
    path = arguments.root / table.replace(".", "/")
    sluice.call("POST", "/v1/tables", {"name": table, "columns": [{"name": "id", "type": "long"}]})
    told: dict = {"ours": set(), "theirs": set(), "kinds": collections.Counter()}
    failures: list[str] = []
    for thread in [guarded(failures, post, sluice, table, arguments.commits, told),
                   guarded(failures, write, path, arguments.commits, told)]:
        thread.join()
    expected = sorted(told["ours"] | told["theirs"])
    versions = sorted(int(file.name[:20]) for file in (path / "_delta_log").glob("*.json") if len(file.name) == 25)
    checks = {
        "nobody failed": not failures,
        "versions follow each other": versions == list(range(len(versions))),
        "Sluice reads every row once": sluice.ids(table) == expected,
        "delta-rs reads every row once": read(path) == expected,
    }
    for what, holds in checks.items():
        print(f"{'same   ' if holds else 'DIFFERS'} foreign writers: {what}")
    print(f"foreign writers: {arguments.commits} posts, {dict(told['kinds'])}, {len(versions)} versions, {len(expected)} rows")
    print("\n".join(failures), file=sys.stderr)
    return 0 if all(checks.values()) else 1


if __name__ == "__main__":
    sys.exit(main())
