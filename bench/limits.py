"""The limits: what DuckDB, in this process, does on the same bytes. Each answers with seconds of one run."""

import glob
import os
import time
from pathlib import Path

import duckdb
import pyarrow as pa


def connect() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET parquet_metadata_cache = true")
    return connection


def live_files(table: Path) -> list[str]:
    """The files of the latest version, by another reader of the log than the one measured."""
    import deltalake

    return [uri.removeprefix("file://") for uri in deltalake.DeltaTable(str(table)).file_uris()]


def read_to_arrow(connection: duckdb.DuckDBPyConnection, files: list[str]) -> tuple[float, int]:
    start = time.perf_counter()
    rows = 0
    for batch in connection.sql(f"SELECT * FROM read_parquet({files})").to_arrow_reader(65_536):
        rows += batch.num_rows
    return time.perf_counter() - start, rows


def look_up(connection: duckdb.DuckDBPyConnection, files: list[str], row_id: int) -> float:
    start = time.perf_counter()
    rows = connection.sql(f"SELECT * FROM read_parquet({files}) WHERE id = {row_id}").to_arrow_table()
    seconds = time.perf_counter() - start
    if rows.num_rows != 1:
        raise RuntimeError(f"id {row_id}: {rows.num_rows} rows")
    return seconds


def json_to_parquet(body: Path, target: Path) -> float:
    columns = "{id: 'BIGINT', happened: 'TIMESTAMPTZ', category: 'VARCHAR', customer: 'VARCHAR', amount: 'DOUBLE', paid: 'BOOLEAN'}"
    with connect() as connection:
        start = time.perf_counter()
        connection.execute(f"""COPY (SELECT * FROM read_json('{body}', format = 'newline_delimited', columns = {columns}))
                               TO '{target}' (FORMAT parquet)""")
        return time.perf_counter() - start


def arrow_to_parquet(body: Path, target: Path) -> float:
    with connect() as connection:
        start = time.perf_counter()
        with pa.OSFile(str(body)) as file, pa.ipc.open_stream(file) as stream:  # noqa: F841  (DuckDB finds `stream` by its name)
            connection.execute(f"COPY (SELECT * FROM stream) TO '{target}' (FORMAT parquet)")
        return time.perf_counter() - start


def durable_puts(directory: Path, count: int = 200) -> float:
    """Put-if-absent with everything fsynced (file, link, directory), one after the other: how many a second this disk takes."""
    directory.mkdir(parents=True, exist_ok=True)
    folder = os.open(directory, os.O_RDONLY)
    start = time.perf_counter()
    for number in range(count):
        part, name = directory / f"{number}.tmp", directory / f"{number}.json"
        with open(part, "wb") as out:
            out.write(b"x" * 2048)
            out.flush()
            os.fsync(out.fileno())
        os.link(part, name)
        os.unlink(part)
        os.fsync(folder)
    seconds = time.perf_counter() - start
    os.close(folder)
    for left in glob.glob(str(directory / "*.json")):
        os.unlink(left)
    return count / seconds
