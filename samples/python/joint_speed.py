"""A deriver for Strata: how fast the joints of an arm move, in rad/s. Needs rerun-sdk 0.41. The protocol: docs/your-own-deriver.md."""

import json
import sys

import numpy as np
import pyarrow as pa
import rerun as rr
from rerun.chunk import RrdReader

ENTITY = "/observation/joint_positions"


def rows_of(source, index):
    """Times in nanoseconds and joints of each row, sorted by time; of two rows at one time the newer one."""
    reader = RrdReader(source["path"])
    store = next(entry for entry in reader.recordings() if entry.recording_id == source["recordingId"])
    rows = {}
    for chunk in reader.stream(store=store).to_chunks():
        if chunk.entity_path == ENTITY and index in chunk.timeline_names:
            batch = chunk.to_record_batch()
            times = batch.column(batch.schema.get_field_index(index)).cast(pa.int64()).to_pylist()
            joints = batch.column(batch.schema.get_field_index("Scalars:scalars")).to_pylist()
            rows |= {time: row for time, row in zip(times, joints) if row}
    times = sorted(rows)
    return np.array(times, np.int64), np.array([rows[time] for time in times])


def derive(job):
    """Writes the answer to answerPath; returns what there is to say beside it."""
    window = job["parameters"]["window"]
    times, joints = rows_of(job["inputs"][0], job["parameters"]["index"])
    if len(times) <= window:
        return {"skipped": f"{len(times)} rows are too few for a window of {window}; `--set window=1`"}

    seconds = (times[window:] - times[:-window]) / 1e9
    speeds = np.linalg.norm(joints[window:] - joints[:-window], axis=1) / seconds

    layer = job["outputLayer"]
    answer = rr.RecordingStream(job["applicationId"], recording_id=job["recordingId"], send_properties=False)
    answer.save(job["answerPath"])
    answer.send_columns(
        f"/derived/{layer}",
        indexes=[rr.TimeColumn(job["parameters"]["index"], timestamp=times[window:].astype("datetime64[ns]"))],
        columns=rr.Scalars.columns(scalars=speeds),
    )
    answer.send_property(layer, rr.AnyValues(peak=float(speeds.max()), mean=float(speeds.mean())))
    answer.disconnect()
    return {"rowsUsed": len(speeds)}


if __name__ == "__main__":
    print(json.dumps(derive(json.load(sys.stdin))))
