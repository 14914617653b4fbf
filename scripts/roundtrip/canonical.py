"""One spelling of a value, whoever read it: Sluice's JSON, Python's objects from delta-rs or from Spark.

Runs under both environments: standard library only.
"""

import base64
import datetime
import decimal
import json
import math
import struct
from collections import Counter


def split_fields(text: str) -> list[str]:
    """`a:int,b:map<x,y>` cut at the commas outside brackets."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "<(") - (c in ">)")
        if c == "," and depth == 0:
            parts.append(text[start:i])
            start = i + 1
    return [*parts, text[start:]]


def parse_time(text: str) -> datetime.datetime:
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def canonical(value: object, kind: str) -> object:
    """The value as JSON can hold it, exactly; `kind` is Delta's name of the type."""
    if value is None:
        return None
    if kind in ("byte", "short", "integer", "long"):
        return int(value)
    if kind in ("float", "double"):
        number = float(value)
        if kind == "float":
            number = struct.unpack("f", struct.pack("f", number))[0]
        return repr(number) if math.isfinite(number) else {True: "NaN", False: "Infinity" if number > 0 else "-Infinity"}[math.isnan(number)]
    if kind.startswith("decimal"):
        scale = int(kind[kind.index(",") + 1:-1])
        return format(decimal.Decimal(value).quantize(decimal.Decimal(1).scaleb(-scale), context=decimal.Context(prec=60)), "f")
    if kind == "boolean":
        return bool(value)
    if kind == "binary":
        return value if isinstance(value, str) else base64.b64encode(bytes(value)).decode()
    if kind == "date":
        return value if isinstance(value, str) else value.isoformat()
    if kind in ("timestamp", "timestamp_ntz"):
        at = parse_time(value) if isinstance(value, str) else value
        if at.tzinfo is not None:
            at = at.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return at.isoformat(timespec="microseconds") + ("Z" if kind == "timestamp" else "")
    if kind.startswith("array<"):
        return [canonical(item, kind[6:-1]) for item in value]
    if kind.startswith("struct<"):
        fields = [field.split(":", 1) for field in split_fields(kind[7:-1])]
        members = value.asDict() if hasattr(value, "asDict") else value
        return {name: canonical(members.get(name), of) for name, of in fields}
    if kind.startswith("map<"):
        key, of = split_fields(kind[4:-1])
        pairs = value.items() if isinstance(value, dict) else value
        return sorted(([canonical(k, key), canonical(v, of)] for k, v in pairs), key=json.dumps)
    if kind == "variant":
        return json.loads(value.toJson()) if hasattr(value, "toJson") else value
    return str(value)


def canonical_row(row: dict, columns: list[dict]) -> str:
    return json.dumps({c["name"]: canonical(row.get(c["name"]), c["type"]) for c in columns}, ensure_ascii=False)


def difference(expected: list[str], actual: list[str]) -> str:
    """Empty when both hold the same rows, each as often; else the first ones that only one side has."""
    missing, extra = Counter(expected) - Counter(actual), Counter(actual) - Counter(expected)
    if not missing and not extra:
        return ""
    told = [f"missing {row}" for row in list(missing)[:3]] + [f"unexpected {row}" for row in list(extra)[:3]]
    return f"{missing.total()} rows missing, {extra.total()} unexpected: " + "; ".join(told)
