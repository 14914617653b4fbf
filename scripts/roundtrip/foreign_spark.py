"""Spark's half of the foreign writers: commits to one table, and tells what it was told, as JSON on its last line.

    foreign_spark.py <home> <table directory> <commits> <first id> [<class of a LogStore>]
"""

import json
import sys
from pathlib import Path

from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

HOME = Path(sys.argv[1])
TABLE = f"delta.`{sys.argv[2]}`"
COMMITS, FIRST = int(sys.argv[3]), int(sys.argv[4])
LOG_STORE = sys.argv[5] if len(sys.argv) > 5 else ""


def session() -> SparkSession:
    jars = ",".join(str(jar) for jar in sorted((HOME / "jars").glob("*.jar")))
    builder = (SparkSession.builder.master("local[1]").appName("foreign writers")
               .config("spark.jars", jars).config("spark.driver.extraClassPath", jars.replace(",", ":"))
               .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
               .config("spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog")
               .config("spark.ui.enabled", "false").config("spark.ui.showConsoleProgress", "false")
               .config("spark.sql.shuffle.partitions", "1").config("spark.databricks.delta.snapshotPartitions", "1")
               .config("spark.driver.memory", "1g").config("spark.driver.host", "127.0.0.1")
               .config("spark.sql.warehouse.dir", str(HOME / "warehouse")).config("spark.log.level", "OFF"))
    if LOG_STORE:
        builder = builder.config("spark.delta.logStore.file.impl", LOG_STORE)
    return builder.getOrCreate()


def statement(commit: int, there: set[int], kinds: dict[str, int]) -> None:
    """Appends, and now and then a delete or a compaction."""
    first = FIRST + commit * 10
    if commit % 10 == 5:
        victim = first - 10
        SPARK.sql(f"DELETE FROM {TABLE} WHERE id = {victim}")
        there.discard(victim)
        kind = "delete"
    elif commit % 25 == 20:
        SPARK.sql(f"OPTIMIZE {TABLE}")
        kind = "optimize"
    else:
        SPARK.sql(f"INSERT INTO {TABLE} VALUES ({first}), ({first + 1})")
        there.update([first, first + 1])
        kind = "append"
    kinds[kind] = kinds.get(kind, 0) + 1


def main() -> None:
    there: set[int] = set()
    kinds: dict[str, int] = {}
    print("ready", flush=True)
    sys.stdin.readline()
    for commit in range(COMMITS):
        while True:
            try:
                statement(commit, there, kinds)
                break
            except PySparkException as e:
                # Delta's conflicts (DELTA_CONCURRENT_…, and an append that met a change of metadata) are tried again.
                if not (e.getCondition() or "").startswith("DELTA_CONCURRENT"):
                    raise
                kinds["collided"] = kinds.get("collided", 0) + 1
    print(json.dumps({"ids": sorted(there), "kinds": kinds}), flush=True)
    # Others may still write: the last look comes when all have ended.
    sys.stdin.readline()
    print(json.dumps({"read": sorted(row["id"] for row in SPARK.sql(f"SELECT id FROM {TABLE}").collect())}), flush=True)
    SPARK.stop()


if __name__ == "__main__":
    SPARK = session()
    main()
