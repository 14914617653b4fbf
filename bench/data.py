"""The data of the benchmark: made once per work directory, the same rows in every run."""

import json
import os
import shutil
import time
import uuid
from pathlib import Path

import deltalake
import duckdb
import pyarrow as pa

ROWS = 10_000_000
FILES = 20
BULK_ROWS = 1_000_000
LONG_LOG_COMMITS = 10_000

COLUMNS = [
    {"name": "id", "type": "long"},
    {"name": "happened", "type": "timestamp"},
    {"name": "category", "type": "string"},
    {"name": "customer", "type": "string"},
    {"name": "amount", "type": "double"},
    {"name": "paid", "type": "boolean"},
]


def rows_sql(first: int, count: int) -> str:
    """Six columns of every kind that the rows are about; ids ascend, so that they cluster by file."""
    return f"""
        SELECT range AS id,
               TIMESTAMPTZ '2026-01-01 00:00:00+00' + to_milliseconds(range * 311) AS happened,
               'category ' || (hash(range) % 40)::VARCHAR AS category,
               'customer-' || lpad((hash(range * 7 + 1) % 1000003)::VARCHAR, 9, '0') AS customer,
               round((hash(range * 13 + 5) % 10000000) / 100.0, 2)::DOUBLE AS amount,
               hash(range * 3 + 2) % 4 <> 0 AS paid
        FROM range({first}, {first + count})"""


def arrow(first: int, count: int) -> pa.Table:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.sql(rows_sql(first, count)).to_arrow_table()


def arrow_stream(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table, max_chunksize=65_536)
    return sink.getvalue().to_pybytes()


def foreign_table(path: Path) -> None:
    """As delta-rs writes it: one row group per file."""
    if path.exists():
        return
    per_file = ROWS // FILES
    properties = deltalake.WriterProperties(max_row_group_size=per_file)
    for file in range(FILES):
        deltalake.write_deltalake(str(path), arrow(file * per_file, per_file), mode="append", writer_properties=properties)


def bulk(work: Path) -> tuple[Path, Path]:
    """The same million rows as one NDJSON file and as one Arrow stream."""
    ndjson, stream = work / "bulk.ndjson", work / "bulk.arrows"
    if not ndjson.exists():
        with duckdb.connect() as connection:
            connection.execute("SET TimeZone = 'UTC'")
            connection.execute(f"""COPY (SELECT * REPLACE (strftime(happened, '%Y-%m-%dT%H:%M:%S.%fZ') AS happened) FROM ({rows_sql(0, BULK_ROWS)}))
                                   TO '{ndjson}.part' (FORMAT json)""")
        os.rename(f"{ndjson}.part", ndjson)
    if not stream.exists():
        stream.write_bytes(arrow_stream(arrow(0, BULK_ROWS)))
    return ndjson, stream


def small_file(connection: duckdb.DuckDBPyConnection, path: Path, version: int) -> dict:
    """Ten rows of their own for one version; the `add` action that names them."""
    connection.execute(f"COPY (SELECT * FROM ({rows_sql(version * 10, 10)})) TO '{path}' (FORMAT parquet)")
    statistics = {"numRecords": 10, "minValues": {"id": version * 10}, "maxValues": {"id": version * 10 + 9}, "nullCount": {"id": 0}}
    return {"path": path.name, "partitionValues": {}, "size": path.stat().st_size, "modificationTime": time.time_ns() // 1_000_000,
            "dataChange": True, "stats": json.dumps(statistics)}


def lines(actions: list[dict]) -> str:
    return "".join(json.dumps(action, separators=(",", ":")) + "\n" for action in actions)


def long_log(path: Path, commits: int = LONG_LOG_COMMITS, checkpoint_every: int = 100) -> None:
    """A table of `commits` one-file appends, as a writer leaves it behind that writes often: a log entry each, and delta-rs's checkpoints."""
    done = path.with_name(path.name + ".done")
    if done.exists():
        return
    shutil.rmtree(path, ignore_errors=True)
    log = path / "_delta_log"
    log.mkdir(parents=True)
    schema = {"type": "struct", "fields": [{"name": c["name"], "type": c["type"], "nullable": True, "metadata": {}} for c in COLUMNS]}
    start = time.time_ns() // 1_000_000 - commits * 1000
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        for version in range(commits):
            at = start + version * 1000
            actions: list[dict] = [{"commitInfo": {"timestamp": at, "operation": "WRITE", "operationParameters": {"mode": "Append"}}}]
            if version == 0:
                actions.append({"protocol": {"minReaderVersion": 1, "minWriterVersion": 2}})
                actions.append({"metaData": {"id": str(uuid.uuid5(uuid.NAMESPACE_OID, "long log")), "format": {"provider": "parquet", "options": {}},
                                             "schemaString": json.dumps(schema), "partitionColumns": [], "configuration": {}, "createdTime": at}})
            actions.append({"add": small_file(connection, path / f"part-{version:05d}.parquet", version)})
            entry = log / f"{version:020d}.json"
            entry.write_text(lines(actions))
            os.utime(entry, (at / 1000, at / 1000))
            if version % checkpoint_every == 0 and version > 0:
                deltalake.DeltaTable(str(path)).create_checkpoint()
    done.touch()


def append_to_log(path: Path, version: int) -> None:
    """What another writer does: one more file and one more log entry, put if absent."""
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        add = small_file(connection, path / f"part-{version:05d}.parquet", version)
    part = path / "_delta_log" / f".{uuid.uuid4()}.tmp"
    part.write_text(lines([{"commitInfo": {"timestamp": time.time_ns() // 1_000_000, "operation": "WRITE"}}, {"add": add}]))
    os.link(part, path / "_delta_log" / f"{version:020d}.json")
    part.unlink()


def clone_by_links(source: Path, target: Path) -> None:
    """A second table of the same files: cold for a service that knows the first."""
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(source, target, copy_function=os.link)
