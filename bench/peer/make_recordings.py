"""Writes N small recordings with the real Rerun SDK: commanded and observed positions of seven joints on `real_time`.

usage: make_recordings.py FOLDER N [--rows R] [--joints J]
"""

from __future__ import annotations

import argparse
import multiprocessing
import pathlib

START_NS = 1_745_000_000_000_000_000
PERIOD_NS = 66_666_667  # 15 Hz
SEED = 7

# Every RecordingStream leaves two threads that wake up now and then, also once it is disconnected and collected: they end with their process only.
STREAMS_A_PROCESS = 500


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("folder", type=pathlib.Path)
    arguments.add_argument("count", type=int)
    arguments.add_argument("--rows", type=int, default=60)
    arguments.add_argument("--joints", type=int, default=7)
    given = arguments.parse_args()

    given.folder.mkdir(parents=True, exist_ok=True)
    parts = [
        (given.folder, range(first, min(first + STREAMS_A_PROCESS, given.count)), given.rows, given.joints)
        for first in range(0, given.count, STREAMS_A_PROCESS)
    ]
    with multiprocessing.get_context("spawn").Pool(processes=1, maxtasksperchild=1) as pool:
        pool.starmap(write, parts, chunksize=1)


def write(folder: pathlib.Path, numbers: range, rows: int, joints: int) -> None:
    import numpy as np
    import rerun as rr

    times = (START_NS + PERIOD_NS * np.arange(rows)).astype("datetime64[ns]")
    for number in numbers:
        random = np.random.default_rng([SEED, number])
        command = np.cumsum(random.normal(0, 0.01, (rows, joints)), axis=0)
        observation = command + random.normal(0, 0.05, command.shape)
        with rr.RecordingStream("strata_bench", recording_id=f"bench_{number:06d}") as recording:
            recording.save(folder / f"bench_{number:06d}.rrd")
            for path, positions in (("/action/joint_positions", command), ("/observation/joint_positions", observation)):
                recording.send_columns(
                    path,
                    indexes=[rr.TimeColumn("real_time", timestamp=times)],
                    columns=rr.Scalars.columns(scalars=positions.ravel()).partition([joints] * rows),
                )


if __name__ == "__main__":
    main()
