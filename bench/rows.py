"""The rows of the table: each group measures Sluice and its limit in one run and answers with the rows it fills."""

import os
import random
import shutil
import statistics
import time
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import data
import limits
from service import Sluice, load


@dataclass(frozen=True)
class Row:
    name: str
    sluice: str
    limit: str
    ratio: str
    target: str
    reached: bool


@dataclass
class Setting:
    """Where and how to measure."""

    work: Path
    command: list[str]
    client: list[str]
    runs: int
    seconds: int
    warm_up: int
    later: int
    logs: Path
    cached: list[str] | None
    prepared: set[str] = field(default_factory=set)

    def service(self, root: str = "root") -> Sluice:
        return Sluice(self.command, self.work / root, self.logs)

    def windows(self) -> list[tuple[str, int]]:
        """What is added to a row's name, and for how many seconds clients work before they are measured: once while the JVM still
        compiles, and once when that is over."""
        return [("", self.warm_up), (f" (after {self.later} s more)", self.later)]

    def own_table(self, sluice: Sluice, name: str) -> None:
        """Ten million rows that Sluice wrote itself, as twenty Arrow bodies."""
        if (self.work / "root" / "bench" / name / "_delta_log" / f"{data.FILES:020d}.json").exists():
            return
        shutil.rmtree(self.work / "root" / "bench" / name, ignore_errors=True)
        create(sluice, f"bench.{name}")
        per_file = data.ROWS // data.FILES
        for file in range(data.FILES):
            body = data.arrow_stream(data.arrow(file * per_file, per_file))
            sluice.call("POST", f"/v1/tables/bench.{name}/rows", body, "application/vnd.apache.arrow.stream")

    def foreign_table(self) -> Path:
        path = self.work / "root" / "bench" / "foreign"
        data.foreign_table(path)
        return path


def create(sluice: Sluice, table: str, columns: list[dict] | None = None) -> None:
    sluice.call("POST", "/v1/tables", {"name": table, "columns": columns or data.COLUMNS})


def fresh(setting: Setting, *names: str) -> None:
    for name in names:
        shutil.rmtree(setting.work / "root" / "bench" / name, ignore_errors=True)


def where(row_id: str) -> str:
    return urllib.parse.quote("id = ") + row_id


def start(setting: Setting) -> list[Row]:
    rows = started(setting, setting.command, "")
    if setting.cached:
        rows += started(setting, setting.cached, ", with the AOT cache of the image")
    return rows


def started(setting: Setting, command: list[str], title: str) -> list[Row]:
    ready, cpu, idle = [], [], []
    for _ in range(max(3, setting.runs)):
        with Sluice(command, setting.work / "empty", setting.logs) as sluice:
            ready.append(sluice.ready_seconds)
            cpu.append(sluice.cpu_seconds())
            time.sleep(5)
            sluice.call("GET", "/v1/tables")
            time.sleep(5)
            idle.append(sluice.resident_mib())
    seconds, mib = statistics.median(ready), statistics.median(idle)
    return [
        Row(f"start to ready{title}", f"{seconds:.2f} s ({statistics.median(cpu):.1f} s of CPU)", "", "", "≤ 5 s", seconds <= 5),
        Row("… resident when idle", f"{mib:.0f} MiB", "", "", "≤ 350 MiB", mib <= 350),
    ]


def full_read(setting: Setting) -> list[Row]:
    rows = []
    with setting.service() as sluice:
        setting.own_table(sluice, "own")
        setting.foreign_table()
        for name, title in (("own", "written by Sluice"), ("foreign", "written by delta-rs")):
            files = limits.live_files(setting.work / "root" / "bench" / name)
            connection = limits.connect()
            url = f"{sluice.url}/v1/tables/bench.{name}/rows?select=id,happened,category,customer,amount,paid"
            check_stream(url)
            sluice.forget_peak()
            warm_at = time.perf_counter() + setting.warm_up
            while time.perf_counter() < warm_at:
                drained(setting, url)
            sluice_seconds, first, limit_seconds = [], [], []
            for _ in range(setting.runs):
                seconds, count = limits.read_to_arrow(connection, files)
                limit_seconds.append(seconds)
                assert count == data.ROWS, count
                answer = drained(setting, url)
                sluice_seconds.append(answer["millis"] / 1000)
                first.append(answer["firstMillis"])
            connection.close()
            ours, limit = data.ROWS / statistics.median(sluice_seconds), data.ROWS / statistics.median(limit_seconds)
            first_millis = statistics.median(first)
            rows.append(Row(f"full read, 10 M × 6, {title}", f"{ours / 1e6:.1f} M rows/s", f"DuckDB to Arrow {limit / 1e6:.1f} M rows/s",
                            f"{ours / limit:.2f}", "≥ 0.7", ours / limit >= 0.7))
            rows.append(Row("… first bytes", f"{first_millis:.0f} ms", "", "", "≤ 50 ms", first_millis <= 50))
        rows.append(Row("… peak resident", f"{sluice.peak_mib():.0f} MiB", "", "", "(told; the heap is bounded below 512 MiB)", True))
    return rows


def drained(setting: Setting, url: str) -> dict:
    answer = load(setting.client, "drain", url, "application/vnd.apache.arrow.stream", 1)[0]
    assert answer["status"] == 200, answer
    return answer


def check_stream(url: str) -> None:
    """The stream as a client reads it: every row, of the right types."""
    import urllib.request

    import pyarrow as pa

    request = urllib.request.Request(url, headers={"Accept": "application/vnd.apache.arrow.stream"})
    with urllib.request.urlopen(request) as answer, pa.ipc.open_stream(answer) as stream:
        rows = sum(batch.num_rows for batch in stream)
    assert rows == data.ROWS, f"the Arrow stream holds {rows} rows"


def point_lookup(setting: Setting) -> list[Row]:
    rows = []
    with setting.service() as sluice:
        setting.own_table(sluice, "own")
        base = f"{sluice.url}/v1/tables/bench.own/rows?where={where('{id}')}"
        old_version = data.FILES // 2
        old_rows = data.ROWS // 2
        for title, url, ids in (("", base, data.ROWS), (f" at version {old_version}", f"{base}&version={old_version}", old_rows)):
            for later, warm_up in setting.windows():
                one = load(setting.client, "get", url, 1, warm_up, setting.seconds, 0, ids)
                many = load(setting.client, "get", url, 16, warm_up, setting.seconds, 0, ids)
                assert one["failed"] == 0 and many["failed"] == 0, (one, many)
                rows.append(Row(f"point look-up{title}, 1 client{later}", f"p50 {one['p50']:.2f} ms, p99 {one['p99']:.1f} ms", "", "",
                                "p50 ≤ 4 ms", one["p50"] <= 4))
                rows.append(Row(f"point look-up{title}, 16 clients{later}", f"{many['perSecond']:.0f}/s, p99 {many['p99']:.0f} ms", "", "",
                                "≥ 600/s", many["perSecond"] >= 600))
    return rows


def point_lookup_foreign(setting: Setting) -> list[Row]:
    with setting.service() as sluice:
        files = sorted(limits.live_files(setting.foreign_table()))
        per_file = data.ROWS // data.FILES
        connection = limits.connect()
        by_first_id = {connection.execute(f"SELECT min(id) FROM read_parquet('{f}')").fetchall()[0][0]: f for f in files}
        chosen = random.Random(4711)
        ids = [chosen.randrange(data.ROWS) for _ in range(20 + 100)]
        limit_millis = [limits.look_up(connection, [by_first_id[i // per_file * per_file]], i) * 1000 for i in ids][20:]
        connection.close()
        url = f"{sluice.url}/v1/tables/bench.foreign/rows?where={where('{id}')}"
        one = load(setting.client, "get", url, 1, setting.warm_up, setting.seconds, 0, data.ROWS)
        assert one["failed"] == 0, one
        limit = statistics.median(limit_millis)
    more = one["p50"] - limit
    return [Row("point look-up, foreign table, one large row group per file", f"p50 {one['p50']:.1f} ms",
                f"DuckDB on the one file {limit:.1f} ms", f"{more:+.1f} ms", "≤ +2 ms", more <= 2)]


def posts(setting: Setting) -> list[Row]:
    rows = []
    columns = [{"name": "id", "type": "long"}, {"name": "name", "type": "string"}, {"name": "amount", "type": "double"}]
    with setting.service() as sluice:
        fresh(setting, "posts64", "posts1")
        puts = limits.durable_puts(setting.work / "puts")
        for clients in (64, 1):
            table = f"bench.posts{clients}"
            create(sluice, table, columns)
            answered, failed, began = 0, 0, time.perf_counter()
            for later, warm_up in setting.windows():
                before = sluice.call("GET", f"/v1/tables/{table}")["version"]
                cpu = sluice.cpu_seconds()
                done = load(setting.client, "post", f"{sluice.url}/v1/tables/{table}/rows", clients, warm_up, setting.seconds, 10, answered * 10)
                cpu = (sluice.cpu_seconds() - cpu) / max(1, done["everAnswered"])
                commits = (sluice.call("GET", f"/v1/tables/{table}")["version"] - before) / (warm_up + setting.seconds)
                answered += done["everAnswered"]
                failed += done["failed"]
                told = f"{done['perSecond']:.0f} posts/s"
                if clients == 64:
                    rows.append(Row(f"64 clients, 10 JSON rows a post, fsynced{later}", told, "", "", "≥ 2,000/s", done["perSecond"] >= 2000))
                    rows.append(Row("… p99", f"{done['p99']:.0f} ms (p50 {done['p50']:.0f})", "", "", "< 150 ms", done["p99"] < 150))
                    rows.append(Row("… commits", f"{commits:.0f}/s", "", "", "≤ 100/s", commits <= 100))
                    rows.append(Row("… CPU per post, of one core", f"{cpu * 1000:.2f} ms", "", "", "(told)", True))
                else:
                    rows.append(Row(f"1 client, 10 JSON rows a post, fsynced{later}", told, f"{puts:.0f} bare durable puts/s",
                                    f"{done['perSecond'] / puts:.2f}", "≥ 60/s", done["perSecond"] >= 60))
            once = each_once(setting.work / "root" / "bench" / f"posts{clients}", answered * 10)
            rows.append(Row("… every row once, no answer but 200", f"{once}; {failed} failed in {time.perf_counter() - began:.0f} s", "", "", "all, 0",
                            once.startswith("all") and failed == 0))
    return rows


def each_once(table: Path, expected: int) -> str:
    """Read with delta-rs's log reader and DuckDB, not with Sluice."""
    files = limits.live_files(table)
    with limits.connect() as connection:
        count, distinct = connection.execute(f"SELECT count(*), count(DISTINCT id) FROM read_parquet({files})").fetchall()[0]
    return f"all {count:,}" if count == distinct == expected else f"{count:,} rows, {distinct:,} ids, {expected:,} acknowledged"


def bulk(setting: Setting) -> list[Row]:
    rows = []
    ndjson, stream = data.bulk(setting.work)
    target = setting.work / "limit.parquet"
    with setting.service() as sluice:
        cases: list[tuple[str, str, Path, str, Callable[[Path, Path], float], float]] = [
            ("1 M rows as one NDJSON body", "ndjson", ndjson, "application/x-ndjson", limits.json_to_parquet, 0.5),
            ("1 M rows as one Arrow body", "arrow", stream, "application/vnd.apache.arrow.stream", limits.arrow_to_parquet, 0.7),
        ]
        for title, name, body, content_type, limit_run, least in cases:
            ours, limit = [], []
            resting = sluice.resident_mib()
            sluice.forget_peak()
            warm_at = time.perf_counter() + setting.warm_up
            run = 0
            while len(ours) < setting.runs:
                fresh(setting, f"bulk_{name}_{run}")
                create(sluice, f"bench.bulk_{name}_{run}")
                is_counted = time.perf_counter() > warm_at
                limit_seconds = limit_run(body, target)
                done = load(setting.client, "send", f"{sluice.url}/v1/tables/bench.bulk_{name}_{run}/rows", content_type, body)
                assert done["status"] == 200, done
                run += 1
                if is_counted:
                    limit.append(limit_seconds)
                    ours.append(done["millis"] / 1000)
            count = sluice.call("GET", f"/v1/tables/bench.bulk_{name}_0/count")["count"]
            assert count == data.BULK_ROWS, count
            peak = sluice.peak_mib()
            ours_median, limit_median = statistics.median(ours), statistics.median(limit)
            ratio = limit_median / ours_median
            rows.append(Row(title, f"{data.BULK_ROWS / ours_median / 1000:.0f} k rows/s ({ours_median:.2f} s)",
                            f"DuckDB to Parquet {data.BULK_ROWS / limit_median / 1000:.0f} k rows/s ({limit_median:.2f} s)",
                            f"{ratio:.2f}", f"≥ {least}", ratio >= least))
            rows.append(Row("… peak resident", f"{peak:.0f} MiB (before: {resting:.0f})", "", "", "(told)", True))
            fresh(setting, *(f"bulk_{name}_{number}" for number in range(run)))
    target.unlink(missing_ok=True)
    return rows


def long_log(setting: Setting) -> list[Row]:
    source = setting.work / "long_log"
    data.long_log(source)
    tables = [f"long{number}" for number in range(setting.runs)]
    root = setting.work / "root" / "bench"
    root.mkdir(parents=True, exist_ok=True)
    for table in tables:
        data.clone_by_links(source, root / table)
    cold, steady, after = [], [], []
    with setting.service() as sluice:
        for table in tables:
            cold.append(timed(sluice, f"/v1/tables/bench.{table}/rows?where={where('77')}"))
        path = f"/v1/tables/bench.{tables[0]}/rows?where="
        for number in range(200):
            timed(sluice, path + where(str(number * 7)))
        steady = [timed(sluice, path + where(str(number * 11))) for number in range(200)]
        for number in range(50):
            version = data.LONG_LOG_COMMITS + number
            data.append_to_log(root / tables[0], version)
            after.append(timed(sluice, path + where(str(number * 13))))
            timed(sluice, path + where("5"))
        latest = sluice.call("GET", f"/v1/tables/bench.{tables[0]}")["version"]
        assert latest == data.LONG_LOG_COMMITS + 49, latest
    fresh(setting, *tables)
    os.sync()
    first, rest = cold[0], statistics.median(cold[1:] or cold)
    more = statistics.median(after) - statistics.median(steady)
    return [
        Row("10,000 commits, opened cold and one row read, first request of the process", f"{first / 1000:.2f} s", "", "", "≤ 0.5 s", first <= 500),
        Row("… opened cold by a service that has answered before", f"{rest / 1000:.2f} s", "", "", "≤ 0.5 s", rest <= 500),
        Row("… the next answer after each foreign commit", f"{statistics.median(after):.1f} ms", f"without a commit {statistics.median(steady):.1f} ms",
            f"{more:+.1f} ms", "≤ +10 ms", more <= 10),
    ]


def timed(sluice: Sluice, path: str) -> float:
    began = time.perf_counter()
    answer = sluice.call("GET", path)
    millis = (time.perf_counter() - began) * 1000
    assert len(answer["rows"]) == 1, answer
    return millis


GROUPS: dict[str, Callable[[Setting], list[Row]]] = {
    "start": start,
    "full-read": full_read,
    "point-lookup": point_lookup,
    "point-lookup-foreign": point_lookup_foreign,
    "posts": posts,
    "bulk": bulk,
    "long-log": long_log,
}
