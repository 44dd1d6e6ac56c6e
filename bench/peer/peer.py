"""What a person does today, against Rerun's own open server in the same machine's memory: the peer of bench/run.

usage: peer.py register FOLDER          register every recording of FOLDER in one call
       peer.py derive FOLDER            register, then tracking error and quality as new layers by hand, until the property is visible
       peer.py restart FOLDER           what a new process of the server must do: register everything again, until the first segment table

Prints one JSON document with seconds a stage (and what client and server, in one process, spent of the cores).
"""

from __future__ import annotations

import json
import pathlib
import resource
import sys
import tempfile
import time

import pyarrow as pa
import rerun as rr
from howto import add_quality, add_tracking_error, check


def main(what: str, folder: pathlib.Path) -> dict[str, float]:
    files = sorted(folder.glob("*.rrd"))
    seconds: dict[str, float] = {}
    cpu: dict[str, float] = {}
    started = time.perf_counter()
    server = rr.server.Server()
    client = server.client()
    dataset = client.create_dataset("bench")
    seconds["start"] = time.perf_counter() - started

    def stage(name: str, work) -> None:
        begin, begin_cpu = time.perf_counter(), time.process_time()
        work()
        seconds[name], cpu[name] = time.perf_counter() - begin, time.process_time() - begin_cpu

    stage("register", lambda: dataset.register([file.as_uri() for file in files]).wait())
    if what == "derive":
        with tempfile.TemporaryDirectory() as scratch:
            stage("tracking_error", lambda: add_tracking_error(dataset, pathlib.Path(scratch), len(files)))
            stage("quality", lambda: add_quality(dataset, pathlib.Path(scratch)))
            stage("table", lambda: check(dataset, len(files)))
    if what == "restart":
        stage("table", lambda: count_rows(dataset, len(files)))
    stages = [value for name, value in seconds.items() if name != "start"]
    return {
        "recordings": len(files),
        **seconds,
        "total": sum(stages),
        "register_cpu": cpu["register"],
        "total_cpu": sum(cpu.values()),
        "peak_mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def count_rows(dataset, expected: int) -> None:
    found = pa.table(dataset.segment_table()).num_rows
    if found != expected:
        raise SystemExit(f"expected {expected} segments, found {found}")


print(json.dumps(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve())))
