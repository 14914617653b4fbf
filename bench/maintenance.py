"""The group `maintenance`: what is done to a table as a whole, by Sluice and by delta-rs, each on a copy of its own, and what others notice of it."""

import json
import os
import shutil
import statistics
import subprocess
import sys
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import deltalake
import duckdb
import pyarrow as pa

import data
import limits
from rows import Row, Setting, create, fresh
from service import Sluice, load

SMALL_FILES = 1_000
SMALL_ROWS = 1_000
WIDE_ROWS = 5_000_000
WIDE_FILES = 5
WIDE_TARGET = 4 << 20
UNKNOWN_FILES = 10_000
WEEK_AND_MORE = 9 * 24 * 3600
DEFAULT_TARGET = 128 << 20
LITTLE_MEMORY_MIB = 512
LITTLE_MEMORY = f"{LITTLE_MEMORY_MIB}MiB"
HEAP_MIB = 512
TIMES_WIDE = 10
CLIENTS = 16
WARM_FEEDS = 3


def schema_string() -> str:
    return json.dumps({"type": "struct", "fields": [{"name": c["name"], "type": c["type"], "nullable": True, "metadata": {}} for c in data.COLUMNS]})


def head(at: int, properties: dict[str, str]) -> list[dict]:
    protocol = {"minReaderVersion": 1, "minWriterVersion": 4} if properties else {"minReaderVersion": 1, "minWriterVersion": 2}
    return [{"commitInfo": {"timestamp": at, "operation": "CREATE TABLE"}}, {"protocol": protocol},
            {"metaData": {"id": str(uuid.uuid4()), "format": {"provider": "parquet", "options": {}}, "schemaString": schema_string(),
                          "partitionColumns": [], "configuration": properties, "createdTime": at}}]


def write_entry(path: Path, version: int, actions: list[dict]) -> None:
    (path / "_delta_log").mkdir(parents=True, exist_ok=True)
    (path / "_delta_log" / f"{version:020d}.json").write_text(data.lines(actions))


def small_files(work: Path, commits: int) -> Path:
    """1,000 files of 1,000 rows; all in one commit, or each in one of its own and with the change feed on."""
    path = work / "maintenance" / ("small" if commits == 1 else "feed")
    if (path.with_name(path.name + ".done")).exists():
        return path
    shutil.rmtree(path, ignore_errors=True)
    at = time.time_ns() // 1_000_000
    write_entry(path, 0, head(at, {"delta.enableChangeDataFeed": "true"} if commits > 1 else {}))
    adds = []
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for number in range(SMALL_FILES):
            file = path / f"part-{number:05d}.parquet"
            first = number * SMALL_ROWS
            connection.execute(f"COPY (SELECT * FROM ({data.rows_sql(first, SMALL_ROWS)})) TO '{file}' (FORMAT parquet)")
            stats = {"numRecords": SMALL_ROWS, "minValues": {"id": first}, "maxValues": {"id": first + SMALL_ROWS - 1}, "nullCount": {"id": 0}}
            adds.append({"add": {"path": file.name, "partitionValues": {}, "size": file.stat().st_size, "modificationTime": at, "dataChange": True,
                                 "stats": json.dumps(stats)}})
    per_commit = len(adds) // commits
    for commit in range(commits):
        info = {"commitInfo": {"timestamp": at + commit, "operation": "WRITE"}}
        write_entry(path, commit + 1, [info, *adds[commit * per_commit:(commit + 1) * per_commit]])
    path.with_name(path.name + ".done").touch()
    return path


def removed_files(work: Path) -> Path:
    """The small files, all removed by a second commit: a restore of version 1 brings them back."""
    path = work / "maintenance" / "removed"
    if not path.exists():
        data.clone_by_links(small_files(work, 1), path)
        table = deltalake.DeltaTable(str(path))
        table.delete()
    return path


def wide(work: Path) -> Path:
    """5 M rows in five files, in no order of the columns that they are ordered by later."""
    path = work / "maintenance" / "wide"
    if (path / "_delta_log" / f"{WIDE_FILES - 1:020d}.json").exists():
        return path
    shutil.rmtree(path, ignore_errors=True)
    for file in range(WIDE_FILES):
        per_file = WIDE_ROWS // WIDE_FILES
        deltalake.write_deltalake(str(path), data.arrow(file * per_file, per_file), mode="append")
    return path


def several_wide(work: Path, path: Path) -> int:
    """The rows of `wide` several times in one table, which is so more than five times `LITTLE_MEMORY`; their number."""
    source = wide(work)
    shutil.rmtree(path, ignore_errors=True)
    path.mkdir(parents=True)
    at = time.time_ns() // 1_000_000
    actions = head(at, {})
    for name in sorted(file.name for file in source.glob("*.parquet")):
        for number in range(TIMES_WIDE):
            file = path / f"{number}-{name}"
            os.link(source / name, file)
            statistics_of = json.dumps({"numRecords": WIDE_ROWS // WIDE_FILES})
            actions.append({"add": {"path": file.name, "partitionValues": {}, "size": file.stat().st_size, "modificationTime": at, "dataChange": True,
                                    "stats": statistics_of}})
    write_entry(path, 0, actions)
    return WIDE_ROWS * TIMES_WIDE


def unknown_files(path: Path) -> None:
    """10,000 files that no log names, a week old and more."""
    content = (path / "part-00000.parquet").read_bytes()[:4096]
    then = time.time() - WEEK_AND_MORE
    for number in range(UNKNOWN_FILES):
        file = path / f"part-unknown-{number:05d}.parquet"
        file.write_bytes(content)
        os.utime(file, (then, then))


@dataclass(frozen=True)
class Work:
    """One row of the table; `prepare` makes the copy ready, `peer` is what delta-rs is asked, `ours` what Sluice is."""

    name: str
    source: Callable[[Path], Path]
    prepare: Callable[[Path], None]
    peer: tuple[str, str]
    ours: tuple[str, dict]
    result: str
    changed: int
    share: float
    memory: float


def works() -> list[Work]:
    columns = ["customer", "amount"]
    nothing: Callable[[Path], None] = lambda _: None
    small = lambda work: small_files(work, 1)  # noqa: E731
    return [
        Work("compact 1,000 files of 1,000 rows", small, nothing, ("compact", str(DEFAULT_TARGET)), ("optimize", {}), "numFilesRemoved", SMALL_FILES, 1, 99),
        Work("z-order 5 M rows by two columns", wide, nothing, ("zorder", f"{WIDE_TARGET}:{','.join(columns)}"),
             ("optimize", {"zOrderBy": columns, "targetFileBytes": WIDE_TARGET}), "numFilesRemoved", WIDE_FILES, 0.5, 1),
        Work("vacuum 10,000 unreferenced files", small, unknown_files, ("vacuum", "168"), ("vacuum", {"full": True}), "numDeletedFiles", UNKNOWN_FILES,
             1.5, 1 / 3),
        Work("restore of 1,000 files", removed_files, nothing, ("restore", "1"), ("restore", {"version": 1}), "numRestoredFiles", SMALL_FILES, 99, 99),
    ]


@dataclass
class Measured:
    seconds: float
    cpu: float
    peak: float
    idle: float
    kept: str

    def told(self) -> str:
        return f"{self.seconds:.2f} s ({self.cpu:.2f} s CPU), peak {self.peak:.0f} MiB (idle {self.idle:.0f}){self.kept}"


def copy(work: Path, one: Work, name: str) -> Path:
    target = work / "root" / "bench" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    data.clone_by_links(one.source(work), target)
    one.prepare(target)
    return target


def kept_by_ranges(path: Path) -> float:
    """The share of the files that a range of a hundredth of one of the columns keeps, by the log's statistics; the mean of both."""
    added = pa.table(deltalake.DeltaTable(str(path)).get_add_actions(flatten=True))
    shares = []
    for column, ranges in (("amount", [(low * 1000.0, low * 1000.0 + 1000) for low in range(0, 100, 7)]),
                           ("customer", [(f"customer-{low * 10_000:09d}", f"customer-{low * 10_000 + 10_000:09d}") for low in range(0, 100, 7)])):
        files = list(zip(added[f"min.{column}"].to_pylist(), added[f"max.{column}"].to_pylist()))
        shares += [sum(low <= most and least <= high for least, most in files) / len(files) for low, high in ranges]
    return statistics.mean(shares)


def kept(one: Work, path: Path, before: Path) -> str:
    if one.peer[0] != "zorder":
        return ""
    return f"; a range of 1 % keeps {kept_by_ranges(path):.0%} of {len(limits.live_files(path))} files (before: {kept_by_ranges(before):.0%})"


def by_peer(setting: Setting, one: Work) -> Measured:
    done, told = [], ""
    for _ in range(setting.runs):
        path = copy(setting.work, one, "peer")
        out = subprocess.run([sys.executable, str(Path(__file__).with_name("peer.py")), str(path), *one.peer], capture_output=True, text=True, check=False)
        if out.returncode != 0:
            raise RuntimeError(f"delta-rs: {out.stderr[-300:]}")
        done.append(json.loads(out.stdout))
        assert done[-1]["changed"] == one.changed, (one.name, done[-1])
        told = kept(one, path, one.source(setting.work))
        shutil.rmtree(path)
    return Measured(statistics.median(d["seconds"] for d in done), statistics.median(d["cpu"] for d in done), max(d["peak"] for d in done),
                    statistics.median(d["idle"] for d in done), told)


def operate(sluice: Sluice, table: str, kind: str, body: dict) -> dict:
    """An operation that must succeed; its result."""
    begun = sluice.call("POST", f"/v1/tables/{table}/{kind}", body, headers={"Prefer": "wait=60"})
    while begun["state"] in ("queued", "running"):
        time.sleep(0.2)
        begun = sluice.call("GET", f"/v1/operations/{begun['id']}")
    assert begun["state"] == "succeeded", begun
    return begun["result"]


def by_sluice(setting: Setting, one: Work) -> Measured:
    """In a service that has done it once before: the first run is not counted."""
    seconds, cpus, told = [], [], ""
    with setting.service() as sluice:
        for run in range(setting.runs + 1):
            path = copy(setting.work, one, f"kept{run}")
            sluice.call("GET", f"/v1/tables/bench.{path.name}")
            if run == 1:
                idle = sluice.resident_mib()
                sluice.forget_peak()
            cpu, began = sluice.cpu_seconds(), time.perf_counter()
            result = operate(sluice, f"bench.{path.name}", *one.ours)
            took = time.perf_counter() - began
            assert result[one.result] == one.changed, (one.name, result)
            if run > 0:
                seconds.append(took)
                cpus.append(sluice.cpu_seconds() - cpu)
            told = kept(one, path, one.source(setting.work))
            shutil.rmtree(path)
        return Measured(statistics.median(seconds), statistics.median(cpus), sluice.peak_mib(), idle, told)


def compared(setting: Setting) -> list[Row]:
    """Memory is compared by what the work adds to a process at rest: one side is a service that stays, the other a library in a script."""
    rows = []
    for one in works():
        ours, peer = by_sluice(setting, one), by_peer(setting, one)
        ratio, memory = ours.seconds / peer.seconds, (ours.peak - ours.idle) / (peer.peak - peer.idle)
        if one.share < 99:
            target = f"≤ {one.share:g} of its time" + (f", ≤ {one.memory:.2g} of its memory" if one.memory < 99 else "")
            reached = ratio <= one.share and memory <= one.memory
        else:
            target, reached = "≤ 1 s", ours.seconds <= 1
        rows.append(Row(one.name, ours.told(), "delta-rs " + peer.told(), f"{ratio:.2f} of its time, {memory:.2f} of its memory above idle", target, reached))
    return rows


def spilled(setting: Setting) -> list[Row]:
    """A table several times as large as the memory that the service has for all its work."""
    path = setting.work / "root" / "bench" / "several"
    count = several_wide(setting.work, path)
    mib = TIMES_WIDE * data.arrow(0, WIDE_ROWS).nbytes / (1 << 20)
    assert mib > 5 * LITTLE_MEMORY_MIB, mib
    with Sluice([*setting.command, f"--sluice.memory={LITTLE_MEMORY}"], setting.work / "root", setting.logs) as sluice:
        before = sluice.call("GET", "/v1/tables/bench.several/count")["count"]
        idle, cpu, began = sluice.resident_mib(), sluice.cpu_seconds(), time.perf_counter()
        sluice.forget_peak()
        result = operate(sluice, "bench.several", "optimize", {"zOrderBy": ["customer", "amount"], "targetFileBytes": WIDE_TARGET})
        seconds, cpu, peak = time.perf_counter() - began, sluice.cpu_seconds() - cpu, sluice.peak_mib()
        after = sluice.call("GET", "/v1/tables/bench.several/count")["count"]
    assert before == after == count and result["numFilesRemoved"] == WIDE_FILES * TIMES_WIDE, (before, after, result)
    share = kept_by_ranges(path)
    shutil.rmtree(path)
    return [Row(f"z-order of {count // 1_000_000} M rows ({mib / 1024:.1f} GiB as Arrow), `sluice.memory={LITTLE_MEMORY}`",
                f"{seconds:.1f} s ({cpu:.1f} s CPU), peak {peak:.0f} MiB (idle {idle:.0f}); a range of 1 % keeps {share:.0%}", "", "",
                "finishes; peak ≤ heap + `sluice.memory`", peak <= HEAP_MIB + LITTLE_MEMORY_MIB)]


def feed(setting: Setting) -> list[Row]:
    """1,000 commits of 1,000 rows as one Arrow stream, against DuckDB's scan of the same files, which has three columns less; and the rows
    of the table, read from the same service."""
    path = setting.work / "root" / "bench" / "feed"
    data.clone_by_links(small_files(setting.work, SMALL_FILES), path)
    files = limits.live_files(path)
    feeds, reads, scans = [], [], []
    with setting.service() as sluice, limits.connect() as connection:
        table = f"{sluice.url}/v1/tables/bench.feed"
        columns = ",".join(column["name"] for column in data.COLUMNS)
        for run in range(setting.runs + WARM_FEEDS):
            scan, count = limits.read_to_arrow(connection, files)
            assert count == SMALL_FILES * SMALL_ROWS, count
            for url, seconds in ((f"{table}/changes?fromVersion=1", feeds), (f"{table}/rows?select={columns}", reads)):
                answer = load(setting.client, "drain", url, "application/vnd.apache.arrow.stream", 1)[0]
                assert answer["status"] == 200, answer
                if run >= WARM_FEEDS:
                    seconds.append(answer["millis"] / 1000)
            if run >= WARM_FEEDS:
                scans.append(scan)
    ours, own, limit = statistics.median(feeds), statistics.median(reads), statistics.median(scans)
    return [Row("change feed of 1,000 commits of 1,000 rows", f"{ours:.2f} s; all rows of the table {own:.2f} s",
                f"DuckDB's scan of the same files {limit:.2f} s", f"{ours / limit:.2f}; {ours / own:.2f} of the service's own read", "≤ 1", ours <= limit)]


def beside(setting: Setting) -> list[Row]:
    """Posts and look-ups, alone and while a large table is put in order again and again."""
    rows = []
    columns = [{"name": "id", "type": "long"}, {"name": "name", "type": "string"}, {"name": "amount", "type": "double"}]
    fresh(setting, "posted", "ordered")
    data.clone_by_links(wide(setting.work), setting.work / "root" / "bench" / "ordered")
    with setting.service() as sluice:
        setting.own_table(sluice, "own")
        create(sluice, "bench.posted", columns)
        post = ("post", f"{sluice.url}/v1/tables/bench.posted/rows", CLIENTS, setting.warm_up, setting.seconds, 10)
        get = ("get", f"{sluice.url}/v1/tables/bench.own/rows?where={urllib.parse.quote('id = ')}{{id}}", 1, setting.warm_up, setting.seconds, 0,
               data.ROWS)
        alone_posts = load(setting.client, *post, 0)
        alone_gets = load(setting.client, *get)
        stop, count = threading.Event(), [0]

        def order() -> None:
            while not stop.is_set():
                operate(sluice, "bench.ordered", "optimize", {"zOrderBy": ["customer", "amount"], "targetFileBytes": WIDE_TARGET})
                count[0] += 1

        worker = threading.Thread(target=order)
        worker.start()
        try:
            posts = load(setting.client, *post, 1_000_000_000)
            gets = load(setting.client, *get)
        finally:
            stop.set()
            worker.join()
    share, slower = posts["perSecond"] / alone_posts["perSecond"], gets["p50"] / alone_gets["p50"]
    rows.append(Row(f"{CLIENTS} clients post while a z-order of 5 M rows runs", f"{posts['perSecond']:.0f} posts/s, {posts['failed']} failed",
                    f"without {alone_posts['perSecond']:.0f}", f"{share:.2f}", "≥ 0.8", share >= 0.8 and posts["failed"] == 0))
    rows.append(Row(f"point look-ups of one client meanwhile ({count[0]} z-orders in all)", f"p50 {gets['p50']:.2f} ms", f"without {alone_gets['p50']:.2f} ms",
                    f"{slower:.2f}", "≤ 2", slower <= 2 and gets["failed"] == 0))
    return rows


def maintenance(setting: Setting) -> Iterator[Row]:
    yield from compared(setting)
    yield from spilled(setting)
    yield from feed(setting)
    yield from beside(setting)
