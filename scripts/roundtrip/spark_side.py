"""Spark's half: does what each line of its input orders and answers with a line.

Runs in Spark's own environment, with the time zone UTC.
"""

import json
import sys
from pathlib import Path

from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import types as t

from canonical import canonical_row

HOME = Path(sys.argv[1])
APPENDED = {"types", "nested", "partitioned", "mapped", "vectors", "features", "v2_checkpoint", "checkpointed", "ntz", "changes", "evolved"}
DELTA = "USING delta"

JVM = "-Duser.timezone=UTC -XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# The tables are tiny: without compiled queries and with one partition Spark needs a fraction of its time.
SETTINGS = {
    "spark.sql.extensions": "io.delta.sql.DeltaSparkSessionExtension", "spark.sql.catalog.spark_catalog": "org.apache.spark.sql.delta.catalog.DeltaCatalog",
    "spark.sql.session.timeZone": "UTC", "spark.ui.enabled": "false", "spark.ui.showConsoleProgress": "false", "spark.log.level": "ERROR",
    "spark.driver.memory": "1g", "spark.driver.host": "127.0.0.1", "spark.sql.shuffle.partitions": "1", "spark.default.parallelism": "1",
    "spark.databricks.delta.snapshotPartitions": "1", "spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false", "spark.sql.sources.parallelPartitionDiscovery.parallelism": "1"}

# name: statements, `{t}` stands for the table
OWN = {
    "types": [
        "CREATE TABLE {t} (id long, b byte, s short, i int, f float, d double, flag boolean, text string, bytes binary, day date, moment timestamp, "
        "local timestamp_ntz, amount decimal(20,4), big decimal(38,18)) " + DELTA,
        "INSERT INTO {t} VALUES (1, 127Y, -32768S, 7, float(1.1), double('NaN'), true, 'é日', X'00FF', DATE '0001-01-01', TIMESTAMP '2026-11-20 08:15:30.123456Z', "
        "TIMESTAMP_NTZ '2026-11-20 08:15:30.123456', -1.5, 12345678901234567890.123456789012345678), "
        "(2, null, null, null, float('-Infinity'), double('Infinity'), null, '', X'', DATE '9999-12-31', TIMESTAMP '1900-01-01 00:00:00Z', "
        "null, null, null)",
        "INSERT INTO {t} (id) VALUES (3)"],
    "nested": [
        "CREATE TABLE {t} (id long, s struct<a:int,b:struct<c:string>>, arr array<struct<x:long,y:array<string>>>, m map<string,array<int>>, k map<int,string>) " + DELTA,
        "INSERT INTO {t} VALUES (1, struct(1, struct('c')), array(struct(1L, array('p', null)), null), map('k', array(1, null)), map(1, 'one')), "
        "(2, null, array(), map(), null), (3, struct(null, null), null, null, map())"],
    "partitioned": [
        "CREATE TABLE {t} (id long, area string, day date, moment timestamp) " + DELTA + " PARTITIONED BY (area, day, moment)",
        "INSERT INTO {t} VALUES (1, 'a b/c=d%', DATE '2026-01-02', TIMESTAMP '2026-11-20 08:15:30.5Z'), (2, null, null, null), "
        "(3, 'é:日?#&+', DATE '1960-01-01', TIMESTAMP '1960-01-01 00:00:00Z')"],
    "vectors": [
        "CREATE TABLE {t} (id long, text string) " + DELTA + " TBLPROPERTIES ('delta.enableDeletionVectors'='true')",
        "INSERT INTO {t} SELECT /*+ REPARTITION(1) */ id, concat('t', id) FROM range(1000)",
        "DELETE FROM {t} WHERE id % 7 = 0", "UPDATE {t} SET text = 'changed' WHERE id BETWEEN 100 AND 110",
        "MERGE INTO {t} USING (SELECT 1000 + id AS id, 'merged' AS text FROM range(10) UNION ALL SELECT 1L, 'hit') s ON {t}.id = s.id "
        "WHEN MATCHED THEN UPDATE SET * WHEN NOT MATCHED THEN INSERT *"],
    "mapped_name": [
        "CREATE TABLE {t} (id long, `a b` string, old string, gone long) " + DELTA + " TBLPROPERTIES ('delta.columnMapping.mode'='name')",
        "INSERT INTO {t} VALUES (1, 'x', 'o', 9)", "ALTER TABLE {t} RENAME COLUMN old TO new", "ALTER TABLE {t} DROP COLUMN gone",
        "ALTER TABLE {t} ADD COLUMN gone string", "INSERT INTO {t} VALUES (2, 'y', 'n', 'back')"],
    "mapped_id": [
        "CREATE TABLE {t} (id long, p string, s struct<a:int,b:string>) " + DELTA + " PARTITIONED BY (p) TBLPROPERTIES ('delta.columnMapping.mode'='id')",
        "INSERT INTO {t} VALUES (1, 'p/q', struct(1, 'b')), (2, null, null)", "ALTER TABLE {t} RENAME COLUMN s.a TO z"],
    "clustered": [
        "CREATE TABLE {t} (id long, text string) " + DELTA + " CLUSTER BY (id)", "INSERT INTO {t} SELECT id, concat('t', id) FROM range(100)", "OPTIMIZE {t}"],
    "features": [
        "CREATE TABLE {t} (id long, text string) " + DELTA + " TBLPROPERTIES ('delta.enableInCommitTimestamps'='true', 'delta.enableRowTracking'='true', "
        "'delta.checkpointPolicy'='v2', 'delta.checkpointInterval'='2', 'delta.enableChangeDataFeed'='true')",
        *(f"INSERT INTO {{t}} VALUES ({i}, 't{i}')" for i in range(5)), "DELETE FROM {t} WHERE id = 2"],
    "columns": [
        "CREATE TABLE {t} (id long GENERATED ALWAYS AS IDENTITY, n int DEFAULT 7, day date GENERATED ALWAYS AS (CAST(moment AS date)), moment timestamp) "
        + DELTA + " TBLPROPERTIES ('delta.feature.allowColumnDefaults'='supported')",
        "ALTER TABLE {t} ADD CONSTRAINT positive CHECK (n > 0)",
        "INSERT INTO {t} (moment) VALUES (TIMESTAMP '2026-11-20 23:15:30Z')", "INSERT INTO {t} (n, moment) VALUES (8, null)"],
    "widened": [
        "CREATE TABLE {t} (id int, n byte, d float, amount decimal(5,2)) " + DELTA + " TBLPROPERTIES ('delta.enableTypeWidening'='true')",
        "INSERT INTO {t} VALUES (1, 5Y, float(1.5), 123.45)", "ALTER TABLE {t} ALTER COLUMN id TYPE long", "ALTER TABLE {t} ALTER COLUMN n TYPE int",
        "ALTER TABLE {t} ALTER COLUMN d TYPE double", "ALTER TABLE {t} ALTER COLUMN amount TYPE decimal(10,4)",
        "INSERT INTO {t} VALUES (5000000000, 70000, 1e300D, 123456.7890)"],
    "variant": [
        "CREATE TABLE {t} (id long, v variant) " + DELTA,
        """INSERT INTO {t} VALUES (1, parse_json('{"a": [1, 2.5, null, "x"], "b": {"c": true}}')), (2, parse_json('"text"')), (3, null)"""],
}


def kind(of: t.DataType) -> str:
    """Delta's name of a type."""
    match of:
        case t.ArrayType():
            return f"array<{kind(of.elementType)}>"
        case t.MapType():
            return f"map<{kind(of.keyType)},{kind(of.valueType)}>"
        case t.StructType():
            return "struct<" + ",".join(f"{f.name}:{kind(f.dataType)}" for f in of.fields) + ">"
    return of.jsonValue()


def columns_of(frame: DataFrame) -> list[dict]:
    return [{"name": f.name, "type": kind(f.dataType)} for f in frame.schema.fields]


def rows_of(frame: DataFrame, columns: list[dict]) -> list[str]:
    return [canonical_row(row.asDict(), columns) for row in frame.collect()]


def attempt(work) -> dict:
    try:
        return {"rows": work()}
    except Exception as e:  # noqa: BLE001  (told by the other half)
        return {"error": f"{type(e).__name__}: {str(e)[:300]}"}


def read(spark: SparkSession, table: dict) -> dict:
    location, columns = f"delta.`{table['path']}`", table["columns"]
    answers = [attempt(lambda q=q: rows_of(spark.sql(q), columns))
               for q in [f"SELECT * FROM {location}", *(f"SELECT * FROM {location} WHERE {where}" for where in table["filters"])]]
    result: dict = {"answers": answers}
    if table["changes"]:
        def changes() -> list[str]:
            frame = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", 0).load(table["path"])
            return [f"{row['_change_type']} {canonical_row(row.asDict(), columns)}" for row in frame.collect()]

        result["changes"] = attempt(changes)
    if table["name"] in APPENDED and "rows" in answers[0]:
        spark.sql(f"INSERT INTO {location} SELECT * FROM {location} WHERE id IN (1, 4, 5)")
        result["appended"] = rows_of(spark.sql(f"SELECT * FROM {location}"), columns)
    return result


def write(spark: SparkSession, root: str, name: str, statements: list[str]) -> dict:
    location = f"delta.`{root}/{name}`"
    try:
        for statement in statements:
            spark.sql(statement.replace("{t}.id", "target.id").replace("MERGE INTO {t}", f"MERGE INTO {location} AS target").replace("{t}", location))
        frame = spark.sql(f"SELECT * FROM {location}")
        columns = columns_of(frame)
        return {"columns": columns, "rows": rows_of(frame, columns)}
    except Exception as e:  # noqa: BLE001
        return {"error": f"{type(e).__name__}: {str(e)[:300]}"}


def run(spark: SparkSession, path: str, statements: list[str]) -> dict:
    for statement in statements:
        try:
            spark.sql(statement.replace("{t}", f"delta.`{path}`"))
        except Exception as e:  # noqa: BLE001
            return {"error": f"{statement[:120]}: {type(e).__name__}: {str(e)[:600]}"}
    return {}


def rows(spark: SparkSession, path: str) -> dict:
    try:
        frame = spark.sql(f"SELECT * FROM delta.`{path}`")
        columns = columns_of(frame)
        return {"columns": columns, "rows": rows_of(frame, columns)}
    except Exception as e:  # noqa: BLE001
        return {"error": f"{type(e).__name__}: {str(e)[:600]}"}


def feed(spark: SparkSession, path: str, first: int) -> dict:
    columns = columns_of(spark.sql(f"SELECT * FROM delta.`{path}`"))

    def changes() -> list[str]:
        frame = spark.read.format("delta").option("readChangeFeed", "true").option("startingVersion", first).load(path)
        return [f"{row['_commit_version']} {row['_change_type']} {canonical_row(row.asDict(), columns)}" for row in frame.collect()]

    return attempt(changes)


def answer(spark: SparkSession, order: dict) -> dict:
    match order["op"]:
        case "read":
            return read(spark, order)
        case "own":
            return {name: write(spark, order["root"], name, statements) for name, statements in OWN.items()}
        case "run":
            return run(spark, order["path"], order["statements"])
        case "rows":
            return rows(spark, order["path"])
        case "feed":
            return feed(spark, order["path"], order["from"])
        case "query":
            return attempt(lambda: [list(row) for row in spark.sql(order["sql"]).collect()])
    raise ValueError(order["op"])


def main() -> None:
    jars = ",".join(str(jar) for jar in sorted((HOME / "jars").glob("*.jar")))
    builder = SparkSession.builder.master("local[2]").appName("roundtrip")
    for key, value in {**SETTINGS, "spark.jars": jars, "spark.driver.extraClassPath": jars.replace(",", ":"), "spark.sql.warehouse.dir": str(HOME / "warehouse"),
                       "spark.driver.extraJavaOptions": f"{JVM} -Dderby.system.home={HOME / 'derby'}"}.items():
        builder = builder.config(key, value)
    spark = builder.getOrCreate()
    for line in sys.stdin:
        print("answer " + json.dumps(answer(spark, json.loads(line))), flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
