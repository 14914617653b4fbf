"""The group `changes`: rows that are deleted, updated and upserted in a table of 10 million, by Sluice and by delta-rs, each on a copy of its own."""

import json
import shutil
import statistics
import subprocess
import sys
import time
import urllib.parse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import deltalake
import duckdb
import pyarrow as pa

import data
from rows import Row, Setting
from service import Sluice, load

FILES = 16
PER_FILE = data.ROWS // FILES
SOURCE_ROWS = 10_000
ONE_FILE = 7
LARGE_ROWS = 1_000_000
FEW_ROWS = 100_000
CLIENTS = 16
ARROW = "application/vnd.apache.arrow.stream"


def rows_sql(numbers: str, ids: str, marked: str = "false") -> str:
    """Rows of these numbers (a relation `n(n)`); ids are even, so that there is room for new ones between them."""
    return f"""
        SELECT {ids} AS id,
               TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_milliseconds(n * 311) AS happened,
               CASE WHEN {marked} THEN 'changed' ELSE 'category ' || (hash(n) % 40)::VARCHAR END AS category,
               'customer-' || lpad((hash(n * 7 + 1) % 1009)::VARCHAR, 6, '0') AS customer,
               round((hash(n * 13 + 5) % 1000) / 100.0, 2)::DOUBLE AS amount,
               hash(n * 3 + 2) % 4 <> 0 AS paid
        FROM {numbers}"""


def arrow(sql: str) -> pa.Table:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.sql(sql).to_arrow_table()


def table(work: Path) -> Path:
    """10 M rows in 16 files, each with its own range of ids, as delta-rs writes them; deletion vectors are on."""
    path = work / "changes" / "table"
    if (path / "_delta_log" / f"{FILES - 1:020d}.json").exists():
        return path
    shutil.rmtree(path, ignore_errors=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    properties = deltalake.WriterProperties(max_row_group_size=PER_FILE)
    for file in range(FILES):
        rows = arrow(rows_sql(f"range({file * PER_FILE}, {(file + 1) * PER_FILE}) t(n)", "n * 2"))
        configuration = {"delta.enableDeletionVectors": "true"} if file == 0 else None
        deltalake.write_deltalake(str(path), rows, mode="append", writer_properties=properties, configuration=configuration)
    return path


def source(work: Path, name: str, first: int, ids: int, count: int) -> Path:
    """`count` rows with ids from a range of `ids`, in no order: every second one is in the table."""
    path = work / "changes" / f"{name}.arrows"
    if not path.exists():
        step = ids // count
        numbers = f"(SELECT {first} + range * {step} + range % 2 AS n FROM range({count})) t"
        path.write_bytes(data.arrow_stream(arrow(rows_sql(numbers, "n", "true") + " ORDER BY hash(id)")))
    return path


@dataclass(frozen=True)
class Case:
    """One row of the table; `peer` is what delta-rs is asked, `ours` what Sluice is."""

    name: str
    kind: str
    argument: str
    share: float
    written_mb: float
    target: str
    changed: int


def cases(work: Path) -> list[Case]:
    one_file = ONE_FILE * PER_FILE * 2
    spread = source(work, "spread", 0, data.ROWS * 2, SOURCE_ROWS)
    clustered = source(work, "clustered", one_file, PER_FILE * 2, SOURCE_ROWS)
    percent = data.ROWS // 100
    scattered_rows = "id % 200 = 0"
    clustered_rows = f"id >= {one_file + 1000} AND id < {one_file + 1000 + percent * 2}"
    return [
        Case("upsert 10,000 rows, half matching, ids spread over all files", "upsert", str(spread), 1 / 3, 3, "≤ ⅓, ≤ 3 MB, clustered", SOURCE_ROWS),
        Case("… ids in one file's range", "upsert", str(clustered), 1 / 4, 12, "≤ ¼", SOURCE_ROWS),
        Case("delete 1 %, scattered", "delete", scattered_rows, 1 / 4, 1, "≤ ¼, ≤ 1 MB", percent),
        Case("… clustered", "delete", clustered_rows, 1, 6, "≤ 1", percent),
        Case("update 1 %, scattered", "update", scattered_rows, 1 / 2, 6, "≤ ½, ≤ 6 MB", percent),
        Case("… clustered", "update", clustered_rows, 1, 6, "≤ 1, ≤ 6 MB", percent),
    ]


@dataclass
class Measured:
    """What one engine did, the medians of all runs; sizes in MB as files have them and MiB as memory has."""

    seconds: float
    cpu: float
    written: float
    peak: float
    idle: float
    clustering: str

    def told(self) -> str:
        return (f"{self.seconds:.2f} s ({self.cpu:.2f} s CPU), {self.written:.1f} MB written, peak {self.peak:.0f} MiB"
                f" (idle {self.idle:.0f}); {self.clustering}")


def files_of(path: Path) -> dict[str, int]:
    return {str(file.relative_to(path)): file.stat().st_size
            for file in path.rglob("*") if file.is_file() and "_delta_log" not in file.parts}


def copy(work: Path, name: str) -> Path:
    target = work / "root" / "bench" / name
    target.parent.mkdir(parents=True, exist_ok=True)
    data.clone_by_links(table(work), target)
    return target


def files_for_an_id(path: Path) -> tuple[float, int]:
    """How many files may hold an id of the table, by the log's statistics, on average; and how many there are."""
    added = pa.table(deltalake.DeltaTable(str(path)).get_add_actions(flatten=True))
    ranges = list(zip(added["min.id"].to_pylist(), added["max.id"].to_pylist()))
    ids = range(0, data.ROWS * 2, data.ROWS // 500)
    return sum(low <= row <= high for row in ids for low, high in ranges) / len(ids), len(ranges)


def clustering(path: Path) -> str:
    holding, all_files = files_for_an_id(path)
    return f"an id is in {holding:.1f} of {all_files} files"


def by_peer(work: Path, case: Case, runs: int) -> Measured:
    done, written, where = [], [], ""
    for _ in range(runs):
        path = copy(work, "peer")
        before = files_of(path)
        out = subprocess.run([sys.executable, str(Path(__file__).with_name("peer.py")), str(path), case.kind, case.argument],
                             capture_output=True, text=True, check=False)
        if out.returncode != 0:
            raise RuntimeError(f"delta-rs: {out.stderr[-300:]}")
        answer = json.loads(out.stdout)
        assert answer["changed"] == case.changed, (case, answer)
        done.append(answer)
        written.append(sum(size for name, size in files_of(path).items() if name not in before) / 1e6)
        where = clustering(path)
        shutil.rmtree(path)
    return Measured(*(statistics.median(one[part] for one in done) for part in ("seconds", "cpu")), statistics.median(written),
                    max(one["peak"] for one in done), statistics.median(one["idle"] for one in done), where)


def ask(sluice: Sluice, name: str, case: Case) -> int:
    """How many rows the answer says have changed."""
    match case.kind:
        case "upsert":
            answer = sluice.call("POST", f"/v1/tables/bench.{name}/upsert?key=id", Path(case.argument).read_bytes(), ARROW)
            return answer["inserted"] + answer["updated"]
        case "delete":
            return sluice.call("DELETE", f"/v1/tables/bench.{name}/rows?where={urllib.parse.quote(case.argument)}")["deleted"]
        case _:
            body = {"where": case.argument, "set": {"amount": {"sql": "amount + 1"}}}
            return sluice.call("PATCH", f"/v1/tables/bench.{name}/rows", body)["updated"]


def by_sluice(setting: Setting, case: Case) -> Measured:
    """In a service that has done it once before: the first run is not counted."""
    seconds, cpus, written, where = [], [], [], ""
    with setting.service() as sluice:
        for run in range(setting.runs + 1):
            path = copy(setting.work, f"changed{run}")
            before = files_of(path)
            sluice.call("GET", f"/v1/tables/bench.{path.name}")
            if run == 1:
                idle = sluice.resident_mib()
                sluice.forget_peak()
            cpu = sluice.cpu_seconds()
            began = time.perf_counter()
            changed = ask(sluice, path.name, case)
            took = time.perf_counter() - began
            assert changed == case.changed, (case, changed)
            if run > 0:
                seconds.append(took)
                cpus.append(sluice.cpu_seconds() - cpu)
                written.append(sum(size for name, size in files_of(path).items() if name not in before) / 1e6)
            where = clustering(path)
            shutil.rmtree(path)
        return Measured(statistics.median(seconds), statistics.median(cpus), statistics.median(written), sluice.peak_mib(), idle, where)


def compared(setting: Setting) -> Iterator[Row]:
    """Memory is compared by what the work adds to a process at rest: one side is a service that stays, the other a library in a script."""
    for case in cases(setting.work):
        ours, peer = by_sluice(setting, case), by_peer(setting.work, case, setting.runs)
        ratio = ours.seconds / peer.seconds
        memory = (ours.peak - ours.idle) / (peer.peak - peer.idle)
        reached = ratio <= case.share and ours.written <= case.written_mb and memory <= 1
        yield Row(case.name, ours.told(), "delta-rs " + peer.told(),
                  f"{ratio:.2f} of its time, {ours.cpu / peer.cpu:.2f} of its CPU, {memory:.2f} of its memory above idle", case.target + "; memory ≤ 1", reached)


def single_rows(setting: Setting) -> Iterator[Row]:
    """Every id is used once, every second one is in the table: each answered request is one row that is there afterwards."""
    tables: list[tuple[str, str, int, Callable[[Sluice], None]]] = [
        ("on a table of 100,000 rows", "few", FEW_ROWS * 2, write_few),
        ("on the table of 10 M rows", "singles", data.ROWS * 2, lambda _: None),
    ]
    for title, name, ids, make in tables:
        shutil.rmtree(setting.work / "root" / "bench" / name, ignore_errors=True)
        if name == "singles":
            copy(setting.work, name)
        with setting.service() as sluice:
            make(sluice)
            before = sluice.call("GET", f"/v1/tables/bench.{name}")["version"]
            cpu = sluice.cpu_seconds()
            done = load(setting.client, "upsert", f"{sluice.url}/v1/tables/bench.{name}/upsert?key=id", CLIENTS, setting.warm_up, setting.seconds,
                        ids)
            cpu = sluice.cpu_seconds() - cpu
            commits = sluice.call("GET", f"/v1/tables/bench.{name}")["version"] - before
            kept = sluice.call("GET", f"/v1/tables/bench.{name}/count?where=" + urllib.parse.quote("category = 'changed'"))["count"]
        there = changed_ids(setting.work / "root" / "bench" / name)
        lost = done["everAnswered"] - there
        told = (f"{done['perSecond']:.0f}/s, p50 {done['p50']:.0f} ms, p99 {done['p99']:.0f} ms, {commits} commits, "
                f"{cpu / max(1, done['everAnswered']) * 1000:.2f} ms CPU each")
        yield Row(f"single-row upserts by {CLIENTS} clients {title}", told, "", "", "≥ 300/s", done["perSecond"] >= 300)
        yield Row("… each there once", f"{done['everAnswered']:,} answered, {there:,} there; {done['failed']} failed", "", "", "none lost",
                  lost == 0 and kept == there and done["failed"] == 0)


def write_few(sluice: Sluice) -> None:
    sluice.call("POST", "/v1/tables", {"name": "bench.few", "columns": data.COLUMNS, "properties": {"delta.enableDeletionVectors": "true"}})
    rows = arrow(rows_sql(f"range({FEW_ROWS}) t(n)", "n * 2"))
    sluice.call("POST", "/v1/tables/bench.few/rows", data.arrow_stream(rows), ARROW)


def changed_ids(path: Path) -> int:
    """Read with delta-rs, not with Sluice."""
    query = deltalake.QueryBuilder().register("t", deltalake.DeltaTable(str(path)))
    found = pa.table(query.execute("SELECT count(*) AS n, count(DISTINCT id) AS ids FROM t WHERE category = 'changed'").read_all())
    count, ids = found["n"][0].as_py(), found["ids"][0].as_py()
    assert count == ids, f"{count} rows, {ids} ids"
    return count


def large(setting: Setting) -> Iterator[Row]:
    """A million rows, half matching, into the ten, with a gibibyte for everything beside the heap."""
    body = source(setting.work, "million", 0, data.ROWS * 2, LARGE_ROWS)
    from_table = setting.work / "root" / "bench" / "million"
    if not from_table.exists():
        with pa.ipc.open_stream(body) as stream:
            deltalake.write_deltalake(str(from_table), stream.read_all())
    merge = {"source": {"table": "bench.million"}, "on": "target.id = source.id", "whenMatched": [{"update": "all"}], "whenNotMatched": [{"insert": "all"}]}
    asked: list[tuple[str, Callable[[Sluice], dict]]] = [
        ("merge of a table of 1 M rows", lambda sluice: sluice.call("POST", "/v1/tables/bench.large/merge", merge)),
        ("upsert of a body of 1 M rows", lambda sluice: sluice.call("POST", "/v1/tables/bench.large/upsert?key=id", body.read_bytes(), ARROW)),
    ]
    for title, ask_for in asked:
        path = copy(setting.work, "large")
        before = files_of(path)
        with Sluice([*setting.command, "--sluice.memory=1GiB"], setting.work / "root", setting.logs) as sluice:
            sluice.call("GET", "/v1/tables/bench.large/rows?limit=1")
            idle = sluice.resident_mib()
            sluice.forget_peak()
            began = time.perf_counter()
            answer = ask_for(sluice)
            seconds = time.perf_counter() - began
            assert (answer["inserted"], answer["updated"]) == (LARGE_ROWS // 2, LARGE_ROWS // 2), answer
            peak = sluice.peak_mib()
        written = sum(size for name, size in files_of(path).items() if name not in before) / 1e6
        yield Row(f"{title} into 10 M, `sluice.memory=1GiB`",
                  f"{seconds:.1f} s, {written:.0f} MB written, peak {peak:.0f} MiB (idle {idle:.0f}); {clustering(path)}",
                  "", "", "finishes; peak ≤ heap + 1 GiB", peak <= 512 + 1024)
        shutil.rmtree(path)


def changes(setting: Setting) -> Iterator[Row]:
    table(setting.work)
    yield from compared(setting)
    yield from single_rows(setting)
    yield from large(setting)
