"""Rerun's how-to "Using layers to append data to segments" as it is done by hand: tracking error and quality as new layers, in words of our own."""

from __future__ import annotations

import pathlib

import numpy as np
import pyarrow as pa
import rerun as rr
from datafusion import col

COMMAND, OBSERVATION, INDEX, THRESHOLD = "/action/joint_positions", "/observation/joint_positions", "real_time", 0.13
VERDICT = "property:quality:tracking_good"


def add_tracking_error(dataset, scratch: pathlib.Path, expected: int) -> None:
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
    if len(written) != expected:
        raise SystemExit(f"expected joints of {expected} segments, found {len(written)}")
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


def check(dataset, expected: int) -> None:
    table = pa.table(dataset.segment_table().select("rerun_segment_id", VERDICT))
    verdicts = table[VERDICT]
    if table.num_rows != expected or verdicts.null_count:
        raise SystemExit(f"expected {expected} verdicts, found {table.num_rows - verdicts.null_count} of {table.num_rows}")
