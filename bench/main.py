"""`bench/run`: measures the groups that are asked for and prints one Markdown table."""

import argparse
import os
import platform
import shlex
import sys
import time
from pathlib import Path

import deltalake
import duckdb
import pyarrow

import changes
import maintenance
import rows

GROUPS = {**rows.GROUPS, "changes": changes.changes, "maintenance": maintenance.maintenance}
HERE = Path(__file__).resolve().parent


def machine() -> str:
    model = next((line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")), "?")
    memory = int(Path("/proc/meminfo").read_text().split()[1]) / 1024 / 1024
    busy = os.getloadavg()[0]
    return f"{os.cpu_count()} cores ({model}), {memory:.0f} GiB, {platform.system()} {platform.release()}; load before the run {busy:.1f}"


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench/run", description=__doc__)
    parser.add_argument("groups", nargs="*", metavar="group", help="of: " + ", ".join(GROUPS) + " (default: all)")
    parser.add_argument("--jvm", default="-Xmx512m", help="options of the JVM that runs Sluice (default: %(default)s)")
    parser.add_argument("--command", help="how to start Sluice, instead of target/sluice.jar on the JDK that was found")
    parser.add_argument("--aot", action="store_true", help="start Sluice as the image does, with the AOT cache that scripts/aot-cache made")
    parser.add_argument("--runs", type=int, default=5, help="the median of how many runs, where a row is timed as a whole (default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=10, help="how long clients are measured (default: %(default)s)")
    parser.add_argument("--warm-up", type=int, default=8, help="seconds before that (default: %(default)s)")
    parser.add_argument("--later", type=int, default=20, help="seconds of more load before look-ups and posts are measured again (default: %(default)s)")
    parser.add_argument("--work", type=Path, default=HERE / ".work", help="where data and tables lie (default: bench/.work)")
    arguments = parser.parse_args()
    unknown = [group for group in arguments.groups if group not in GROUPS]
    if unknown:
        parser.error(f"no such group: {', '.join(unknown)}")

    java = os.path.join(os.environ["JAVA_HOME"], "bin", "java")
    command = shlex.split(arguments.command) if arguments.command else [
        java, *shlex.split(arguments.jvm), "-jar", str(HERE.parent / "target" / "sluice.jar")]
    app = HERE.parent / "target" / "app"
    cached = [java, *shlex.split(arguments.jvm), f"-XX:AOTCache={app / 'sluice.aot'}", "-jar", str(app / "sluice.jar")]
    if arguments.aot:
        command = cached
    client = [java, "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx256m", "-Xshare:auto", "-cp", str(HERE / ".work" / "classes"), "LoadClient"]
    arguments.work.mkdir(parents=True, exist_ok=True)
    setting = rows.Setting(
        arguments.work, command, client, arguments.runs, arguments.seconds, arguments.warm_up, arguments.later, arguments.work / "sluice.log",
        cached if (app / "sluice.aot").exists() and not arguments.aot else None)

    told = ["java", *(option.replace(f"{HERE.parent}/", "") for option in command[1:])] if not arguments.command else command
    print(f"`bench/run {shlex.join(sys.argv[1:])}`".replace(" `", "`"))
    print(f"Sluice: `{' '.join(told)}`. Machine: {machine()}. DuckDB {duckdb.__version__}, delta-rs {deltalake.__version__}, pyarrow {pyarrow.__version__}.")
    print()
    print("| | Sluice | Limit | Ratio | Target | Reached |")
    print("|---|---|---|---|---|---|")
    missed = False
    for group in arguments.groups or GROUPS:
        began = time.perf_counter()
        try:
            for row in GROUPS[group](setting):
                print(f"| {row.name} | {row.sluice} | {row.limit} | {row.ratio} | {row.target} | {'yes' if row.reached else 'no'} |", flush=True)
                missed |= not row.reached
        except (RuntimeError, AssertionError, OSError) as e:
            print(f"| {group} | could not be measured: {str(e)[:300]} | | | | no |", flush=True)
            missed = True
        print(f"bench/run: {group} took {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
