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

import numpy as np
import pyarrow as pa
import rerun as rr
from datafusion import col

COMMAND, OBSERVATION, INDEX, THRESHOLD = "/action/joint_positions", "/observation/joint_positions", "real_time", 0.13


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
            stage("tracking_error", lambda: add_tracking_error(dataset, pathlib.Path(scratch)))
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


def add_tracking_error(dataset, scratch: pathlib.Path) -> None:
    # One query a segment, as the how-to does it.
    joints = dataset.filter_contents([COMMAND, OBSERVATION]).reader(index=INDEX)
    written = []
    for segment in pa.table(joints.select("rerun_segment_id").distinct())["rerun_segment_id"].to_numpy():
        part = pa.table(joints.filter(col("rerun_segment_id") == segment).select(
            INDEX, f"{COMMAND}:Scalars:scalars", f"{OBSERVATION}:Scalars:scalars"))
        command = np.vstack(part[f"{COMMAND}:Scalars:scalars"].to_numpy(zero_copy_only=False))
        observation = np.vstack(part[f"{OBSERVATION}:Scalars:scalars"].to_numpy(zero_copy_only=False))
        path = scratch / f"{segment}_tracking_error.rrd"
        with rr.RecordingStream("bench_tracking_error", recording_id=str(segment)) as recording:
            recording.save(path)
            recording.send_columns(
                "/derived/tracking_error",
                indexes=[rr.TimeColumn(INDEX, timestamp=part[INDEX].to_numpy())],
                columns=rr.Scalars.columns(scalars=np.linalg.norm(command - observation, axis=1)),
            )
        written.append(path)
    dataset.register([path.as_uri() for path in written], layer_name="tracking_error").wait()


def add_quality(dataset, scratch: pathlib.Path) -> None:
    rows = pa.table(dataset.filter_contents(["/derived/tracking_error"]).reader(index=INDEX).select(
        "rerun_segment_id", "/derived/tracking_error:Scalars:scalars"))
    segments = rows["rerun_segment_id"].to_numpy(zero_copy_only=False)
    errors = np.concatenate(rows["/derived/tracking_error:Scalars:scalars"].to_numpy(zero_copy_only=False))
    written = []
    for segment in np.unique(segments):
        path = scratch / f"{segment}_quality.rrd"
        with rr.RecordingStream("bench_quality", recording_id=str(segment)) as recording:
            recording.save(path)
            recording.send_property("quality", rr.AnyValues(tracking_good=bool(errors[segments == segment].mean() < THRESHOLD)))
        written.append(path)
    dataset.register([path.as_uri() for path in written], layer_name="quality").wait()


def count_rows(dataset, expected: int) -> None:
    found = pa.table(dataset.segment_table()).num_rows
    if found != expected:
        raise SystemExit(f"expected {expected} segments, found {found}")


def check(dataset, expected: int) -> None:
    table = pa.table(dataset.segment_table().select("rerun_segment_id", "property:quality:tracking_good"))
    verdicts = table["property:quality:tracking_good"]
    if table.num_rows != expected or verdicts.null_count:
        raise SystemExit(f"expected {expected} verdicts, found {table.num_rows - verdicts.null_count} of {table.num_rows}")


print(json.dumps(main(sys.argv[1], pathlib.Path(sys.argv[2]).resolve())))
