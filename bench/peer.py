"""One piece of work by delta-rs in a process of its own, told as JSON: `peer.py <table> upsert <Arrow stream> | delete <where> | update <where>
| compact <target bytes> | zorder <target bytes>:<columns> | vacuum <hours> | restore <version>`."""

import json
import re
import resource
import sys
import time
from pathlib import Path

import deltalake
import pyarrow as pa


def status(field: str) -> float:
    return int(re.search(rf"^{field}:\s+(\d+) kB", Path("/proc/self/status").read_text(), re.M).group(1)) / 1024


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def change(path: str, kind: str, argument: str) -> int:
    """How many rows changed."""
    table = deltalake.DeltaTable(path)
    match kind:
        case "upsert":
            with pa.OSFile(argument) as file, pa.ipc.open_stream(file) as stream:
                rows = stream.read_all()
            done = table.merge(rows, "t.id = s.id", source_alias="s", target_alias="t").when_matched_update_all().when_not_matched_insert_all().execute()
            return done["num_target_rows_inserted"] + done["num_target_rows_updated"]
        case "delete":
            return table.delete(argument)["num_deleted_rows"]
        case "update":
            return table.update(updates={"amount": "amount + 1"}, predicate=argument)["num_updated_rows"]
        case "compact":
            return table.optimize.compact(target_size=int(argument))["numFilesRemoved"]
        case "zorder":
            target, columns = argument.split(":")
            return table.optimize.z_order(columns.split(","), target_size=int(target))["numFilesRemoved"]
        case "vacuum":
            return len(table.vacuum(retention_hours=int(argument), dry_run=False, full=True))
        case "restore":
            return table.restore(int(argument))["numRestoredFile"]
        case _:
            raise ValueError(kind)


idle, before, began = status("VmRSS"), cpu(), time.perf_counter()
changed = change(*sys.argv[1:4])
print(json.dumps({"changed": changed, "seconds": time.perf_counter() - began, "cpu": cpu() - before, "peak": status("VmHWM"), "idle": idle}))
