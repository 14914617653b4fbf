"""The Spark process: orders go in and answers come out line by line, since its start costs more than the work."""

import json
import os
import subprocess
from pathlib import Path

HERE = Path(__file__).resolve().parent
ANSWER = "answer "


class Spark:
    def __init__(self, home: Path):
        environment = {**os.environ, "JAVA_HOME": os.environ["SPARK_JAVA_HOME"], "TZ": "UTC", "SPARK_LOCAL_IP": "127.0.0.1"}
        self.log = (home / "spark.log").open("w")
        self.process = subprocess.Popen([str(home / "venv-spark" / "bin" / "python"), str(HERE / "spark_side.py"), str(home)], env=environment,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.log, text=True)

    def ask(self, order: dict) -> dict:
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        for line in self.process.stdout:
            if line.startswith(ANSWER):
                return json.loads(line[len(ANSWER):])
            self.log.write(line)
        raise RuntimeError(f"Spark has ended; see {self.log.name}")

    def __enter__(self) -> "Spark":
        return self

    def __exit__(self, *_: object) -> None:
        self.process.stdin.close()
        self.process.wait(120)
        self.log.close()
