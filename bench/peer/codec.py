"""Arrow streams decoded and encoded by pyarrow, and rows written by Rerun's SDK: the peers of `bench/run rrd` for the library.

usage: codec.py STREAMS ROWS ROWS_PER_CHUNK OUT.rrd
       STREAMS holds Arrow IPC streams of one batch each, every one behind its length (8 bytes, little-endian)

Prints one JSON document of seconds.
"""

from __future__ import annotations

import json
import pathlib
import sys
import time

import numpy as np
import pyarrow as pa
import rerun as rr

JOINTS = 7
START_NS = 1_745_000_000_000_000_000
PERIOD_NS = 66_666_667


def main(streams: pathlib.Path, rows: int, rows_per_chunk: int, out: pathlib.Path) -> None:
    data = pa.py_buffer(streams.read_bytes())
    buffers = list(slices(data))
    decode(buffers)
    begin = time.perf_counter()
    batches = decode(buffers)
    decoded = time.perf_counter()
    for batch in batches:
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, batch.schema) as writer:
            writer.write_batch(batch)
        sink.getvalue()
    encoded = time.perf_counter()

    random = np.random.default_rng(7)
    positions = np.cumsum(random.normal(0, 0.01, (rows, JOINTS)), axis=0)
    times = (START_NS + PERIOD_NS * np.arange(rows)).astype("datetime64[ns]")
    write(out, rows, rows_per_chunk, times, positions)
    begin_write = time.perf_counter()
    write(out, rows, rows_per_chunk, times, positions)
    written = time.perf_counter()
    print(json.dumps({"decode": decoded - begin, "encode": encoded - decoded, "write": written - begin_write, "written_bytes": out.stat().st_size}))


def write(out: pathlib.Path, rows: int, rows_per_chunk: int, times: np.ndarray, positions: np.ndarray) -> None:
    with rr.RecordingStream("strata_bench", recording_id="written") as recording:
        recording.save(out)
        for first in range(0, rows, rows_per_chunk):
            part = slice(first, first + rows_per_chunk)
            recording.send_columns(
                "/observation/joint_positions",
                indexes=[rr.TimeColumn("real_time", timestamp=times[part])],
                columns=rr.Scalars.columns(scalars=positions[part].ravel()).partition([JOINTS] * len(times[part])),
            )


def slices(data: pa.Buffer):
    at = 0
    while at < data.size:
        length = int.from_bytes(data.slice(at, 8).to_pybytes(), "little")
        yield data.slice(at + 8, length)
        at += 8 + length


def decode(buffers: list[pa.Buffer]) -> list[pa.RecordBatch]:
    return [pa.ipc.open_stream(buffer).read_next_batch() for buffer in buffers]


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), pathlib.Path(sys.argv[4]))
