"""Writes N small recordings with the real Rerun SDK: commanded and observed positions of seven joints on `real_time`.

usage: make_recordings.py FOLDER N [--rows R] [--joints J]
"""

from __future__ import annotations

import argparse
import pathlib

import numpy as np
import rerun as rr

START_NS = 1_745_000_000_000_000_000
PERIOD_NS = 66_666_667  # 15 Hz

arguments = argparse.ArgumentParser()
arguments.add_argument("folder", type=pathlib.Path)
arguments.add_argument("count", type=int)
arguments.add_argument("--rows", type=int, default=60)
arguments.add_argument("--joints", type=int, default=7)
given = arguments.parse_args()

given.folder.mkdir(parents=True, exist_ok=True)
random = np.random.default_rng(7)
times = (START_NS + PERIOD_NS * np.arange(given.rows)).astype("datetime64[ns]")
for number in range(given.count):
    command = np.cumsum(random.normal(0, 0.01, (given.rows, given.joints)), axis=0)
    observation = command + random.normal(0, 0.05, command.shape)
    with rr.RecordingStream("strata_bench", recording_id=f"bench_{number:06d}") as recording:
        recording.save(given.folder / f"bench_{number:06d}.rrd")
        for path, positions in (("/action/joint_positions", command), ("/observation/joint_positions", observation)):
            recording.send_columns(
                path,
                indexes=[rr.TimeColumn("real_time", timestamp=times)],
                columns=rr.Scalars.columns(scalars=positions.ravel()).partition([given.joints] * given.rows),
            )
