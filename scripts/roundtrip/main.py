"""Sluice writes, delta-rs and Spark read; they write, Sluice reads; every difference in rows is told and is an error."""

import argparse
import csv
import datetime
import decimal
import base64
import gzip
import io
import json
import os
import shutil
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

import deltalake
import pyarrow as pa
import pyarrow.parquet as pq

from canonical import canonical_row, difference, parse_time, split_fields
from cases import CASES, Case, Filter
from compare import compare
from spark import Spark
from turns import Turns

HERE = Path(__file__).resolve().parent
SCHEMA = "roundtrip"
SIMPLE = {"byte": pa.int8(), "short": pa.int16(), "integer": pa.int32(), "long": pa.int64(), "float": pa.float32(), "double": pa.float64(),
          "boolean": pa.bool_(), "string": pa.string(), "binary": pa.binary(), "date": pa.date32(), "timestamp": pa.timestamp("us", "UTC"),
          "timestamp_ntz": pa.timestamp("us")}


class Report:
    """What was compared, told line by line."""

    def __init__(self) -> None:
        self.differences = 0
        self.compared = 0

    def tell(self, case: str, what: str, problem: str = "") -> None:
        self.compared += 1
        self.differences += bool(problem)
        print(f"{'DIFFERS' if problem else 'same   '} {case}: {what}{': ' + problem if problem else ''}", flush=True)


    def end(self) -> int:
        print(f"{self.compared} comparisons, {self.differences} differences")
        return 1 if self.differences or not self.compared else 0


class Client:
    """The HTTP side: answers as JSON, refusals as errors with their problem."""

    def __init__(self, url: str, token: str):
        self.url = url.rstrip("/")
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}

    def call(self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> dict:
        request = urllib.request.Request(self.url + path, body, {**self.headers, **(headers or {})}, method=method)
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                text = answer.read()
        except urllib.error.HTTPError as e:
            if e.code == 501:
                raise NotImplementedError(json.load(e)["detail"]) from e
            raise RuntimeError(f"{method} {path} was answered with {e.code} {e.read().decode(errors='replace')}") from e
        return json.loads(text) if text else {}

    def rows(self, table: str, where: str = "") -> list[dict]:
        """All rows, page by page."""
        rows: list[dict] = []
        query = {"limit": "100000", **({"where": where} if where else {})}
        while True:
            page = self.call("GET", f"/v1/tables/{table}/rows?{urllib.parse.urlencode(query, quote_via=urllib.parse.quote)}")
            rows += page["rows"]
            if "nextPageToken" not in page or page["nextPageToken"] is None:
                return rows
            query["pageToken"] = page["nextPageToken"]


def arrow_type(kind: str) -> pa.DataType:
    if kind.startswith("decimal"):
        return pa.decimal128(*map(int, kind[8:-1].split(",")))
    if kind.startswith("array<"):
        return pa.list_(arrow_type(kind[6:-1]))
    if kind.startswith("map<"):
        return pa.map_(*map(arrow_type, split_fields(kind[4:-1])))
    if kind.startswith("struct<"):
        return pa.struct([pa.field(name, arrow_type(of)) for name, of in (f.split(":", 1) for f in split_fields(kind[7:-1]))])
    return SIMPLE[kind]


def python_value(value: object, kind: str) -> object:
    """From the API's JSON form to what pyarrow takes."""
    if value is None:
        return None
    if kind.startswith("decimal"):
        return decimal.Decimal(value)
    if kind in ("float", "double"):
        return float(value)
    if kind == "binary":
        return base64.b64decode(value)
    if kind == "date":
        return datetime.date.fromisoformat(value)
    if kind in ("timestamp", "timestamp_ntz"):
        return parse_time(value)
    if kind.startswith("array<"):
        return [python_value(item, kind[6:-1]) for item in value]
    if kind.startswith("map<"):
        key, of = split_fields(kind[4:-1])
        return [(python_value(k, key), python_value(v, of)) for k, v in (value.items() if isinstance(value, dict) else value)]
    if kind.startswith("struct<"):
        return {name: python_value(value.get(name), of) for name, of in (f.split(":", 1) for f in split_fields(kind[7:-1]))}
    return value


def arrow_table(rows: list[dict], columns: list[dict]) -> pa.Table:
    return pa.table({c["name"]: pa.array([python_value(r.get(c["name"]), c["type"]) for r in rows], arrow_type(c["type"])) for c in columns})


def body(form: str, rows: list[dict], columns: list[dict]) -> tuple[bytes, dict[str, str]]:
    """The bytes of one batch and the headers that name its form."""
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()
    sink = io.BytesIO()
    match form:
        case "json":
            return json.dumps(rows).encode(), {"Content-Type": "application/json"}
        case "ndjson":
            return lines, {"Content-Type": "application/x-ndjson"}
        case "ndjson+gzip":
            return gzip.compress(lines), {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
        case "csv":
            text = io.StringIO(newline="")
            writer = csv.writer(text, lineterminator="\r\n")
            writer.writerow([c["name"] for c in columns])
            writer.writerows([[str(r[c["name"]]).lower() if c["type"] == "boolean" else r[c["name"]] for c in columns] for r in rows])
            return text.getvalue().encode(), {"Content-Type": "text/csv"}
        case "arrow":
            table = arrow_table(rows, columns)
            with pa.ipc.new_stream(sink, table.schema) as stream:
                stream.write_table(table)
            return sink.getvalue(), {"Content-Type": "application/vnd.apache.arrow.stream"}
        case "parquet":
            pq.write_table(arrow_table(rows, columns), sink)
            return sink.getvalue(), {"Content-Type": "application/vnd.apache.parquet"}
    raise ValueError(form)


def write_with_sluice(client: Client, case: Case) -> list[dict]:
    """Creates and fills the table; the rows that it must hold."""
    table = f"{SCHEMA}.{case.name}"
    create = {"name": table, "columns": case.columns, **case.create}
    client.call("POST", "/v1/tables", json.dumps(create).encode(), {"Content-Type": "application/json"})
    rows: list[dict] = []
    for form, batch in case.batches:
        sent, headers = body(form, batch, case.columns)
        answer = client.call("POST", f"/v1/tables/{table}/rows{'?mergeSchema=true' if case.merge_schema else ''}", sent, headers)
        assert answer["rows"] == len(batch), answer
        rows += batch
    if case.delete:
        client.call("DELETE", f"/v1/tables/{table}/rows?where={urllib.parse.quote(case.delete.sql)}")
        rows = [row for row in rows if not case.delete.keeps(row)]
    for change in case.changes:
        content = None if change.body is None else json.dumps(change.body).encode()
        client.call(change.method, f"/v1/tables/{table}/{change.path}", content, {"Content-Type": "application/json"} if content else {})
        rows = change.model(rows)
    if case.checkpoint:
        done = client.call("POST", f"/v1/tables/{table}/checkpoint", b"{}", {"Content-Type": "application/json", "Prefer": "wait=60"})
        assert done["state"] == "succeeded", done
        sent, headers = body(case.batches[0][0], case.batches[0][1], case.columns)
        client.call("POST", f"/v1/tables/{table}/rows", sent, headers)
        rows += case.batches[0][1]
    return rows


def normal(row: dict, case: Case) -> dict:
    """The row with every column, in the form that filters are written for."""
    return {c["name"]: row.get(c["name"]) for c in case.columns}


def expected_of(case: Case, rows: list[dict], condition: Filter | None) -> list[str]:
    kept = [row for row in rows if condition is None or condition.keeps(normal(row, case))]
    return [canonical_row(row, case.columns) for row in kept]


def read_with_deltalake(path: str, columns: list[dict], where: str = "") -> list[str]:
    table = deltalake.DeltaTable(path)
    query = deltalake.QueryBuilder().register("t", table).execute(f"SELECT * FROM t{' WHERE ' + where if where else ''}")
    return [canonical_row(row, columns) for row in pa.table(query).to_pylist()]


def compare_with_deltalake(report: Report, case: Case, path: str, rows: list[dict]) -> None:
    for condition in (None, *case.filters):
        told = f"delta-rs, {condition.sql if condition else 'all rows'}"
        try:
            actual = read_with_deltalake(path, case.columns, (condition.datafusion or condition.sql) if condition else "")
        except Exception as e:  # noqa: BLE001  (whatever the other client throws is what there is to tell)
            refusal = str(e)
            if case.not_by_deltalake and case.not_by_deltalake in refusal:
                print(f"skipped {case.name}: {told}: delta-rs refuses {case.not_by_deltalake}", flush=True)
                return
            report.tell(case.name, told, f"could not be read: {refusal[:400]}")
            continue
        report.tell(case.name, told, difference(expected_of(case, rows, condition), actual))


def compare_with_sluice(report: Report, client: Client, table: str, columns: list[dict], writer: str, expected: list[str], where: str = "") -> None:
    told = f"Sluice after {writer}, {where or 'all rows'}"
    try:
        actual = [canonical_row(row, columns) for row in client.rows(table, where)]
        report.tell(table, told, difference(expected, actual))
    except RuntimeError as e:
        report.tell(table, told, str(e)[:400])


def spark_jobs(spark: Spark, root: Path, written: dict[str, list[dict]]) -> dict:
    """What Spark reads of Sluice's tables, and tables of its own."""
    return {
        "read": {c.name: spark.ask({"op": "read", "name": c.name, "path": str(root / SCHEMA / c.name), "columns": c.columns,
                                    "filters": [f.sql for f in c.filters], "changes": c.change_feed}) for c in CASES if c.name in written},
        "written": spark.ask({"op": "own", "root": str(root / "spark")}),
    }


def compare_with_spark(report: Report, client: Client, result: dict, written: dict[str, list[dict]]) -> None:
    for case in (c for c in CASES if c.name in written):
        answers = result["read"][case.name]
        for condition, answer in zip((None, *case.filters), answers["answers"], strict=True):
            told = f"Spark, {condition.sql if condition else 'all rows'}"
            report.tell(case.name, told, answer.get("error") or difference(expected_of(case, written[case.name], condition), answer["rows"]))
        if case.change_feed:
            changes = [("insert", row) for _, batch in case.batches for row in batch]
            changes += [("delete", row) for _, batch in case.batches for row in batch if case.delete and case.delete.keeps(row)]
            expected = [f"{kind} {canonical_row(row, case.columns)}" for kind, row in changes]
            report.tell(case.name, "Spark, change feed", answers["changes"].get("error") or difference(expected, answers["changes"]["rows"]))
        if "appended" in answers:
            compare_with_sluice(report, client, f"{SCHEMA}.{case.name}", case.columns, "an append by Spark", answers["appended"])
    for name, table in result["written"].items():
        if "error" in table:
            report.tell(name, "Spark could not write", table["error"])
        else:
            compare_with_sluice(report, client, f"spark.{name}", table["columns"], "Spark", table["rows"])


def write_with_deltalake(report: Report, client: Client, root: Path) -> None:
    """delta-rs writes what it can of the same rows, once plain and once partitioned."""
    for case, partitions in ((c, p) for c in CASES for p in ([], c.create.get("partitionBy", [])) if c.batches and not c.create.get("properties")):
        name = f"{case.name}{'_partitioned' if partitions else ''}"
        rows = [row for _, batch in case.batches for row in batch]
        path = root / "deltars" / name
        if path.exists():
            continue
        half = len(rows) // 2
        try:
            for part in (rows[:half], rows[half:]):
                deltalake.write_deltalake(str(path), arrow_table(part, case.columns), mode="append", partition_by=partitions or None)
        except Exception as e:  # noqa: BLE001  (what the other client cannot write is not ours to judge)
            print(f"skipped {name}: delta-rs could not write it: {str(e)[:200]}", flush=True)
            continue
        expected = [canonical_row(row, case.columns) for row in rows]
        compare_with_sluice(report, client, f"deltars.{name}", case.columns, "delta-rs", expected)


def roundtrip(arguments: argparse.Namespace, client: Client, root: Path) -> int:
    report = Report()
    written: dict[str, list[dict]] = {}
    readers = arguments.readers.split(",")
    for case in (c for c in CASES if not arguments.turns and (not arguments.cases or c.name in arguments.cases)):
        try:
            written[case.name] = write_with_sluice(client, case)
        except NotImplementedError as e:
            print(f"skipped {case.name}: {e}", flush=True)
            continue
        except (RuntimeError, AssertionError) as e:
            report.tell(case.name, "Sluice did not write it", str(e)[:600])
            continue
        for condition in (None, *case.filters):
            compare_with_sluice(report, client, f"{SCHEMA}.{case.name}", case.columns, "its own writes", expected_of(case, written[case.name], condition),
                                condition.sql if condition else "")
        if "deltalake" in readers:
            compare_with_deltalake(report, case, str(root / SCHEMA / case.name), written[case.name])
    if "deltalake" in readers and not arguments.cases and not arguments.turns:
        write_with_deltalake(report, client, root)
    if "spark" in readers:
        with Spark(arguments.home) as spark:
            if not arguments.turns:
                compare_with_spark(report, client, spark_jobs(spark, root, written), written)
            Turns(report, client, spark, str(root / "turns")).run(arguments.cases)
    return report.end()


def main() -> int:
    parser = argparse.ArgumentParser(prog="scripts/roundtrip/run", description=__doc__)
    parser.add_argument("--home", type=Path, required=True, help=argparse.SUPPRESS)
    parser.add_argument("--readers", default="deltalake,spark", help="which clients take part: deltalake, spark (default: both)")
    parser.add_argument("--url", help="a service that runs already; its root must be --root")
    parser.add_argument("--root", type=Path, help="the directory that is its sluice.root")
    parser.add_argument("--token", default="", help="an API key for it")
    parser.add_argument("--turns", action="store_true", help="only tables of Spark that are changed in turns")
    parser.add_argument("--compare", type=Path, help="tables with the rows and changes that other clients must read: no service takes part")
    parser.add_argument("cases", nargs="*", help="of: " + ", ".join(c.name for c in CASES) + " (default: all)")
    arguments = parser.parse_args()
    if arguments.compare:
        report = Report()
        compare(report, json.loads(arguments.compare.read_text()), arguments.readers.split(","), arguments.home)
        return report.end()
    if arguments.url:
        if not arguments.root:
            parser.error("--url needs --root")
        return roundtrip(arguments, Client(arguments.url, arguments.token), arguments.root.resolve())
    sys.path.append(str(HERE.parent.parent / "bench"))
    from service import Sluice

    root = arguments.home / "root"
    shutil.rmtree(root, ignore_errors=True)
    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java")
    with Sluice([java, "-Xmx512m", "-jar", str(HERE.parent.parent / "target" / "sluice.jar")], root, arguments.home / "sluice.log") as sluice:
        return roundtrip(arguments, Client(sluice.url, ""), root)


if __name__ == "__main__":
    sys.exit(main())
