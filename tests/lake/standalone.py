"""A real standalone Spark of a master and two workers, as processes of this machine."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path

WORKERS = 2


def why_not() -> str | None:
    """Why no Spark can be started here; None where one can."""
    if find_spec("pyspark") is None:
        return "pyspark is not installed: pip install 'counterpoint[spark]'"
    if shutil.which("java") is None and "JAVA_HOME" not in os.environ:
        return "there is no Java here; on Debian: apt-get install default-jre-headless"
    return None


@contextmanager
def standalone(folder: Path, memory: str = "1g", workers: int = WORKERS) -> Iterator[str]:
    """Start it; the address of its master. ``folder`` takes its logs and what workers write."""
    with ExitStack() as stack:
        port = _free()
        words = ["--host", "127.0.0.1", "--port", str(port), "--webui-port", str(_free())]
        log = _start(stack, folder, "master", "org.apache.spark.deploy.master.Master", words)
        _until(log, "I have been elected leader")
        address = f"spark://127.0.0.1:{port}"
        for number in range(workers):
            words = ["--host", "127.0.0.1", "--webui-port", str(_free()), "--cores", "1", "--memory", memory]
            words += ["--work-dir", str(folder / f"work-{number}"), address]
            name = f"worker-{number}"
            _until(
                _start(stack, folder, name, "org.apache.spark.deploy.worker.Worker", words), "Successfully registered"
            )
        yield address


def settings(memory: str = "600m", *, small: bool = True) -> Mapping[str, str]:
    """What a Spark on one machine is asked for; ``small``: a few rows, where compiling queries costs the most."""
    quick = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
    few = {
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
        "spark.sql.shuffle.partitions": "2",
        "spark.driver.extraJavaOptions": quick,
        "spark.executor.extraJavaOptions": quick,
    }
    return {
        **(few if small else {"spark.sql.shuffle.partitions": "32"}),
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.executor.memory": memory,
        "spark.default.parallelism": "2",
    }


def _start(stack: ExitStack, folder: Path, name: str, java_class: str, words: list[str]) -> Path:
    home = Path(str(find_spec("pyspark").submodule_search_locations[0]))  # type: ignore[union-attr,index]
    log = folder / f"{name}.log"
    environment = {
        **os.environ, "SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "256m",
        "SPARK_DAEMON_JAVA_OPTS": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        "SPARK_LOCAL_DIRS": str(folder), "PYSPARK_PYTHON": sys.executable,
    }  # fmt: skip
    stream = stack.enter_context(log.open("wb"))
    command = [str(home / "bin" / "spark-class"), java_class, *words]
    process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, env=environment)
    stack.callback(_stop, process)
    return log


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _until(log: Path, words: str, seconds: float = 120) -> None:
    end = time.monotonic() + seconds
    while words not in log.read_text(errors="replace"):
        if time.monotonic() > end:
            raise TimeoutError(f"{log}: {log.read_text(errors='replace')[-2000:]}")
        time.sleep(0.1)


def _free() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])
