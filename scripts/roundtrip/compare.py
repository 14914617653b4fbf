"""Tables whose rows and changes are known already, read by other clients."""

from pathlib import Path

import deltalake
import pyarrow as pa

from canonical import canonical_row, difference
from spark import Spark

REFUSALS = {"columnMapping": "ColumnMapping", "deletionVectors": "DeletionVectors"}
"""Features that delta-rs may refuse, by the name that its refusal has."""
NO_FEED = {"deletionVectors": "delta-rs tells wrong changes of files with deletion vectors", "columnMapping": "delta-rs tells no changes under column mapping"}


def change_row(row: dict, columns: list[dict]) -> str:
    return f"{row['_commit_version']} {row['_change_type']} {canonical_row(row, columns)}"


def compare(report, tables: list[dict], readers: list[str], home: Path) -> None:
    """Each table is `{name, path, columns, features, rows, changes}`; `changes` is absent where none are kept."""
    if "deltalake" in readers:
        for table in tables:
            with_deltalake(report, table)
    if "spark" in readers:
        with Spark(home) as spark:
            for table in tables:
                with_spark(report, table, spark)


def with_deltalake(report, table: dict) -> None:
    name, columns = table["name"], table["columns"]
    try:
        opened = deltalake.DeltaTable(table["path"])
        read = pa.table(deltalake.QueryBuilder().register("t", opened).execute("SELECT * FROM t")).to_pylist()
    except Exception as e:  # noqa: BLE001  (whatever the other client throws is what there is to tell)
        refused = next((feature for feature in table["features"] if REFUSALS.get(feature, "nothing") in str(e)), "")
        if refused:
            print(f"skipped {name}: delta-rs refuses {refused}", flush=True)
        else:
            report.tell(name, "delta-rs, all rows", f"could not be read: {str(e)[:400]}")
        return
    report.tell(name, "delta-rs, all rows", difference(rows_of(table), [canonical_row(row, columns) for row in read]))
    if "changes" not in table:
        return
    unable = [why for feature, why in NO_FEED.items() if feature in table["features"]]
    if unable:
        print(f"skipped {name}: {unable[0]}", flush=True)
        return
    try:
        changes = pa.table(opened.load_cdf(starting_version=0, allow_out_of_range=True)).to_pylist()
    except Exception as e:  # noqa: BLE001
        report.tell(name, "delta-rs, change feed", f"could not be read: {str(e)[:400]}")
        return
    report.tell(name, "delta-rs, change feed", difference(changes_of(table), [change_row(row, columns) for row in changes]))


def with_spark(report, table: dict, spark: Spark) -> None:
    answer = spark.ask({"op": "rows", "path": table["path"]})
    report.tell(table["name"], "Spark, all rows", answer.get("error") or difference(rows_of(table), answer["rows"]))
    if "changes" in table:
        answer = spark.ask({"op": "feed", "path": table["path"], "from": 0})
        report.tell(table["name"], "Spark, change feed", answer.get("error") or difference(changes_of(table), answer["rows"]))


def rows_of(table: dict) -> list[str]:
    return [canonical_row(row, table["columns"]) for row in table["rows"]]


def changes_of(table: dict) -> list[str]:
    return [change_row(row, table["columns"]) for row in table["changes"]]
