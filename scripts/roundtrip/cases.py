"""The tables: how Sluice is asked to create them, what is posted in which format, and filters with the rows that they must give.

Values are written as the API writes them in JSON. A filter is SQL that Sluice, DataFusion and Spark all read, beside the same condition in Python;
DataFusion has its own text where it takes a literal for another type (decimals for doubles).
"""

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Filter:
    sql: str
    keeps: Callable[[dict], bool]
    datafusion: str = ""


@dataclass(frozen=True)
class Change:
    """A request that changes rows, and what it makes of them."""

    method: str
    path: str
    body: object
    model: Callable[[list[dict]], list[dict]]


@dataclass(frozen=True)
class Case:
    name: str
    columns: list[dict]
    batches: list[tuple[str, list[dict]]]
    create: dict = field(default_factory=dict)
    filters: list[Filter] = field(default_factory=list)
    delete: Filter | None = None
    change_feed: bool = False
    checkpoint: bool = False
    merge_schema: bool = False
    changes: list["Change"] = field(default_factory=list)
    not_by_deltalake: str = ""


def columns(**types: str) -> list[dict]:
    return [{"name": name, "type": kind} for name, kind in types.items()]


PRIMITIVES = columns(
    id="long", b="byte", s="short", i="integer", f="float", d="double", flag="boolean", text="string", bytes="binary", day="date",
    moment="timestamp", amount="decimal(10,2)")


def primitive(i: int) -> dict:
    return {"id": i, "b": i % 256 - 128, "s": i * 7 % 65536 - 32768, "i": i * 1_000_003 % 2**31, "f": i * 0.5, "d": i / 7, "flag": i % 3 == 0,
            "text": f"text {i} é 日本 \"quoted\"", "bytes": "AAEC/w==" if i % 2 else "", "day": f"2026-{i % 12 + 1:02d}-{i % 28 + 1:02d}",
            "moment": f"2026-11-20T08:15:{i % 60:02d}.{i % 1000000:06d}Z", "amount": f"{i - 5}.{i % 100:02d}"}


EDGES = [
    {"id": 2**63 - 1, "b": 127, "s": 32767, "i": 2**31 - 1, "f": 3.4028234663852886e38, "d": 1.7976931348623157e308, "flag": True, "text": "",
     "bytes": "", "day": "9999-12-31", "moment": "9999-12-31T23:59:59.999999Z", "amount": "99999999.99"},
    {"id": -(2**63), "b": -128, "s": -32768, "i": -(2**31), "f": -1.401298464324817e-45, "d": 5e-324, "flag": False, "text": "\u0000\n\t",
     "bytes": "//79", "day": "0001-01-01", "moment": "1900-01-01T00:00:00.000001Z", "amount": "-99999999.99"},
    {"id": 0, "f": "NaN", "d": "NaN", "moment": "1970-01-01T00:00:00.000000Z", "day": "1970-01-01"},
    {"id": 1, "f": "Infinity", "d": "-Infinity"},
    {"id": 2, "f": "-Infinity", "d": "Infinity", "amount": "0.00"},
]
LONG_TEXT = "a text that is longer than what statistics keep of it, number "
HIGH_TEXT = "\U0010ffff" * 40


def statistic(i: int) -> dict:
    return {"id": i, "text": LONG_TEXT + f"{i:03d}", "moment": f"2026-11-20T08:15:30.{i * 1001 % 1000000:06d}Z", "d": i * 1.5, "amount": f"{i}.10"}


TYPES = Case(
    "types", PRIMITIVES,
    [("json", [primitive(i) for i in range(10)]), ("ndjson", EDGES), ("arrow", [primitive(i) for i in range(10, 60)]),
     ("parquet", [primitive(i) for i in range(60, 90)]), ("ndjson+gzip", [primitive(i) for i in range(90, 120)])],
    filters=[
        Filter("id >= 85 AND id < 95", lambda r: 85 <= r["id"] < 95),
        Filter("id = 9223372036854775807", lambda r: r["id"] == 2**63 - 1),
        Filter("amount = 99999999.99", lambda r: r.get("amount") == "99999999.99", "amount = CAST('99999999.99' AS DECIMAL(10,2))"),
        Filter("day = DATE '9999-12-31'", lambda r: r.get("day") == "9999-12-31"),
        Filter("text IS NULL", lambda r: r.get("text") is None),
        Filter("text = ''", lambda r: r.get("text") == ""),
        Filter("flag IS NOT NULL AND NOT flag", lambda r: r.get("flag") is False),
    ])

NESTED = Case(
    "nested",
    columns(id="long", point="struct<x:double,y:double,label:struct<text:string,at:timestamp>>", numbers="array<integer>",
            items="array<struct<sku:string,count:integer,tags:array<string>>>", counts="map<string,long>", by_number="map<integer,struct<a:string,b:date>>",
            grid="array<array<string>>"),
    [("json", [
        {"id": 1, "point": {"x": 1.5, "y": -2.0, "label": {"text": "a", "at": "2026-11-20T08:15:30.123456Z"}}, "numbers": [1, None, 3],
         "items": [{"sku": "s1", "count": 2, "tags": ["t", None]}, None, {"sku": None, "count": None, "tags": []}],
         "counts": {"k": 1, "": None}, "by_number": [[7, {"a": "x", "b": "2026-01-02"}], [8, None]], "grid": [["a"], [], None]},
        {"id": 2}]),
     ("ndjson", [{"id": 3, "point": {"x": None, "y": None, "label": None}, "numbers": [], "items": [], "counts": {}, "by_number": [], "grid": []}]),
     ("arrow", [{"id": 4, "point": {"x": 0.0, "y": 0.0, "label": {"text": None, "at": None}}, "numbers": [4], "items": None, "counts": {"z": 26},
                 "by_number": None, "grid": [["é", None]]}]),
     ("parquet", [{"id": 5, "point": None, "numbers": None, "items": [{"sku": "s5", "count": 5, "tags": None}], "counts": None,
                   "by_number": [[1, {"a": None, "b": None}]], "grid": None}])],
    filters=[Filter("id > 3", lambda r: r["id"] > 3)])

AWKWARD = ["plain", "a b", "a/b=c", "100%", "é:日?#&+", "..", "'quoted' \"twice\"", "tab\there", "{x}[y]^\\", None]
PARTITIONED = Case(
    "partitioned", columns(id="long", area="string", day="date", number="integer"),
    [("json", [{"id": i, "area": area, "day": None if i % 4 == 3 else f"2026-0{i % 3 + 1}-01", "number": None if i % 5 == 4 else i - 5}
               for i, area in enumerate(AWKWARD)]),
     ("arrow", [{"id": 100 + i, "area": area, "day": "2026-01-01", "number": 7} for i, area in enumerate(AWKWARD)])],
    {"partitionBy": ["area", "day", "number"]},
    [Filter("area = 'a/b=c'", lambda r: r["area"] == "a/b=c"), Filter("area IS NULL", lambda r: r["area"] is None),
     Filter("day = DATE '2026-01-01' AND number > 0", lambda r: r["day"] == "2026-01-01" and (r["number"] or 0) > 0),
     Filter("number IS NULL", lambda r: r["number"] is None)])
TIME_PARTITIONED = Case(
    "time_partitioned", columns(id="long", moment="timestamp", flag="boolean", amount="decimal(8,3)", ratio="double"),
    [("json", [{"id": 1, "moment": "2026-11-20T08:15:30.123456Z", "flag": True, "amount": "12.500", "ratio": 0.1},
               {"id": 2, "moment": "1969-12-31T23:59:59.000000Z", "flag": False, "amount": "-0.001", "ratio": -1.5},
               {"id": 3, "moment": None, "flag": None, "amount": None, "ratio": None}]),
     ("ndjson", [{"id": 4, "moment": "2026-11-20T09:15:30.123456+01:00", "flag": True, "amount": "12.5", "ratio": 1e10}])],
    {"partitionBy": ["moment", "flag", "amount", "ratio"]},
    [Filter("flag", lambda r: r["flag"] is True), Filter("amount = 12.500", lambda r: r["amount"] in ("12.500", "12.5"))])

MAPPED = Case(
    "mapped", [{"name": "id", "type": "long"}, {"name": "a b", "type": "string"}, {"name": "x,;{}()=", "type": "struct<in:long,out:string>"},
               {"name": "Area", "type": "string"}],
    [("json", [{"id": 1, "a b": "one", "x,;{}()=": {"in": 1, "out": "o"}, "Area": "n/s"}, {"id": 2, "a b": None, "x,;{}()=": None, "Area": None}]),
     ("ndjson", [{"id": 3, "a b": "three", "x,;{}()=": {"in": None, "out": None}, "Area": "e w"}])],
    {"partitionBy": ["Area"], "properties": {"delta.columnMapping.mode": "name"}},
    [Filter("id >= 2", lambda r: r["id"] >= 2)])

VECTORS = Case(
    "vectors", columns(id="long", text="string"),
    [("json", [{"id": i, "text": f"t{i}"} for i in range(100)]), ("json", [{"id": i, "text": f"t{i}"} for i in range(100, 130)])],
    {"properties": {"delta.enableDeletionVectors": "true"}},
    [Filter("id < 20", lambda r: r["id"] < 20)], delete=Filter("id % 3 = 0", lambda r: r["id"] % 3 == 0))
REWRITTEN = Case(
    "rewritten", columns(id="long", text="string"), [("json", [{"id": i, "text": f"t{i}"} for i in range(50)])],
    {"properties": {"delta.enableDeletionVectors": "false"}}, delete=Filter("id < 10", lambda r: r["id"] < 10))
CHANGES = Case(
    "changes", columns(id="long", text="string"), [("json", [{"id": i, "text": f"t{i}"} for i in range(6)])],
    {"properties": {"delta.enableChangeDataFeed": "true"}}, delete=Filter("id = 3", lambda r: r["id"] == 3), change_feed=True)


def updated(rows: list[dict]) -> list[dict]:
    return [{**r, "n": r["n"] + 1, "p": "moved"} if r["id"] % 7 == 0 else r for r in rows]


def upserted(rows: list[dict]) -> list[dict]:
    return [{**r, "n": -1} if r["id"] in (10, 11, 13) else r for r in rows] + [{"id": i, "n": -1, "p": None, "s": None} for i in range(9000, 9005)]


def merged(rows: list[dict]) -> list[dict]:
    return [r for r in rows if r["id"] not in (31, 32)] + [{"id": 10000, "n": 5, "p": "a", "s": None}]


UPSERT = [{"id": i, "n": -1} for i in (10, 11, 13, *range(9000, 9005))]
MERGE = {"source": {"rows": [{"id": i, "n": 5, "p": "a"} for i in (31, 32, 10000)]}, "on": "target.id = source.id",
         "whenMatched": [{"delete": True}], "whenNotMatched": [{"insert": "all"}]}
CHANGED = [
    Change("PATCH", "rows", {"where": "id % 7 = 0", "set": {"n": {"sql": "n + 1"}, "p": "moved"}}, updated),
    Change("DELETE", "rows?where=id%20%25%203%20%3D%200", None, lambda rows: [r for r in rows if r["id"] % 3 != 0]),
    Change("POST", "upsert?key=id", UPSERT, upserted),
    Change("POST", "merge", MERGE, merged),
]


def changed(name: str, **properties: str) -> Case:
    return Case(
        name, columns(id="long", n="integer", p="string", s="struct<a:integer,b:string>"),
        [("json", [{"id": i, "n": i, "p": "ab"[i % 2], "s": {"a": i, "b": f"b{i}"}} for i in range(start, start + 2000)]) for start in (0, 2000)],
        {"partitionBy": ["p"], "properties": properties}, [Filter("id >= 1990", lambda r: r["id"] >= 1990)], changes=CHANGED)


CHANGED_IN_PLACE = changed("changed_in_place", **{"delta.enableChangeDataFeed": "true"})
CHANGED_BY_COPIES = changed("changed_by_copies", **{"delta.enableDeletionVectors": "false"})
CHANGED_MAPPED = changed("changed_mapped", **{"delta.columnMapping.mode": "name"})
CHANGED_TRACKED = changed("changed_tracked", **{"delta.enableRowTracking": "true"})
FEATURES = Case(
    "features", columns(id="long", text="string"),
    [("json", [{"id": i, "text": f"t{i}"} for i in range(20)]), ("arrow", [{"id": i, "text": f"t{i}"} for i in range(20, 40)])],
    {"clusterBy": ["id"], "properties": {"delta.enableInCommitTimestamps": "true", "delta.enableRowTracking": "true"}},
    [Filter("id > 30", lambda r: r["id"] > 30)])
V2_CHECKPOINT = Case(
    "v2_checkpoint", columns(id="long"), [("json", [{"id": i}]) for i in range(12)],
    {"properties": {"delta.checkpointPolicy": "v2"}}, [Filter("id = 5", lambda r: r["id"] == 5)], checkpoint=True)
CHECKPOINTED = Case(
    "checkpointed", columns(id="long", area="string"), [("json", [{"id": i, "area": f"a{i % 3}"}]) for i in range(12)],
    {"partitionBy": ["area"]}, [Filter("id = 5", lambda r: r["id"] == 5), Filter("area = 'a1'", lambda r: r["area"] == "a1")], checkpoint=True)
NTZ = Case(
    "ntz", columns(id="long", local="timestamp_ntz"),
    [("json", [{"id": 1, "local": "2026-11-20T08:15:30.123456"}, {"id": 2, "local": None}]), ("arrow", [{"id": 3, "local": "1960-02-29T23:59:59.999999"}])],
    filters=[Filter("local IS NOT NULL", lambda r: r["local"] is not None)])
DECIMALS = Case(
    "decimals", columns(id="long", small="decimal(9,2)", middle="decimal(18,6)", large="decimal(38,10)", whole="decimal(38,0)"),
    [("json", [{"id": 1, "small": "9999999.99", "middle": "999999999999.999999", "large": "9" * 28 + "." + "9" * 10, "whole": "9" * 38},
               {"id": 2, "small": "-9999999.99", "middle": "-0.000001", "large": "-0.0000000001", "whole": "-" + "9" * 38}]),
     ("parquet", [{"id": 3, "small": "0.01", "middle": "1.000000", "large": "1.0000000000", "whole": "0"}])],
    filters=[Filter("small < 0", lambda r: r["small"].startswith("-")), Filter("middle = 1.0", lambda r: r["middle"] == "1.000000"),
             Filter("small = 9999999.99", lambda r: r["small"] == "9999999.99", "small = CAST('9999999.99' AS DECIMAL(9,2))")])
CSV = Case(
    "csv", columns(id="long", text="string", amount="decimal(10,2)", moment="timestamp", flag="boolean"),
    [("csv", [{"id": 1, "text": "a,b \"c\"\nd", "amount": "1.50", "moment": "2026-11-20T08:15:30.000000Z", "flag": True}])])
STATISTICS = Case(
    "statistics", columns(id="long", text="string", moment="timestamp", d="double", amount="decimal(12,2)"),
    [("json", [statistic(i) for i in range(5)]), ("arrow", [statistic(i) for i in range(5, 10)]), ("parquet", [statistic(i) for i in range(10, 15)]),
     ("json", [{"id": 50, "text": HIGH_TEXT, "moment": "2026-11-20T08:15:30.999999Z", "d": "NaN", "amount": None},
               {"id": 51, "text": HIGH_TEXT + "z", "moment": None, "d": -0.0, "amount": "-1.00"}]),
     ("json", [{"id": 60, "text": None, "moment": None, "d": None, "amount": None}])],
    filters=[
        *(Filter(f"text = '{LONG_TEXT}{i:03d}'", lambda r, i=i: r["text"] == f"{LONG_TEXT}{i:03d}") for i in (0, 4, 14)),
        Filter(f"text > '{LONG_TEXT}013'", lambda r: (r["text"] or "") > LONG_TEXT + "013"),
        *(Filter(f"moment = TIMESTAMP '2026-11-20 08:15:30.{us}+00:00'", lambda r, us=us: r["moment"] == f"2026-11-20T08:15:30.{us}Z",
                 f"moment = arrow_cast('2026-11-20T08:15:30.{us}Z', 'Timestamp(Microsecond, Some(\"UTC\"))')")
          for us in ("004004", "014014", "999999")),
        Filter("d >= 21", lambda r: r["d"] is not None and (r["d"] == "NaN" or float(r["d"]) >= 21)),
        Filter("d = 0", lambda r: r["d"] in (0, 0.0)),
        Filter("amount >= 14.10", lambda r: r["amount"] is not None and float(r["amount"]) >= 14.1),
        Filter("text IS NULL", lambda r: r["text"] is None),
    ])
EVOLVED = Case(
    "evolved", columns(id="long", text="string"),
    [("json", [{"id": 1}]), ("json", [{"id": 2, "text": "new"}])], {"columns": columns(id="long")},
    [Filter("text IS NULL", lambda r: r.get("text") is None)], merge_schema=True)
EMPTY = Case("empty", PRIMITIVES, [])

CASES = [TYPES, NESTED, PARTITIONED, TIME_PARTITIONED, MAPPED, VECTORS, REWRITTEN, CHANGES, CHANGED_IN_PLACE, CHANGED_BY_COPIES,
         CHANGED_MAPPED, CHANGED_TRACKED, FEATURES, V2_CHECKPOINT, CHECKPOINTED, NTZ, DECIMALS, CSV,
         STATISTICS, EVOLVED, EMPTY]
