"""Makes tests/DerivationWorkers/Goldens/real_robots.json: tracking errors of a LeKiwi, a Unitree G1 and a UR3e as numpy computes them from the rows that Rerun's own reader gives.

usage: python make_real_robots.py REPOSITORY SHARED      with rerun-sdk 0.41 and numpy; SHARED is the folder that holds recordings/public and recordings/robots

`row_by_row` compares the n-th command of each joint with its n-th observation, whatever their times. `latest_at` is what docs/derivations.md says: on the times of the first observed joint, the
others as of then, at most two median intervals of the first commanded joint old. Nothing of Strata is used.
"""

import json
import pathlib
import sys

import numpy as np
import pyarrow as pa
from rerun.chunk import RrdReader

G1, G1_JOINTS, UR3E = "g1_000000", 14, "ur3e_L0L1"
ARM = ["arm_elbow_flex", "arm_shoulder_lift", "arm_shoulder_pan", "arm_wrist_flex", "arm_wrist_roll"]


def series(path):
    found = {}
    reader = RrdReader(str(path))
    for entry in reader.recordings():
        for chunk in reader.stream(store=entry).to_chunks():
            batch = chunk.to_record_batch()
            names = batch.schema.names
            values = [i for i, f in enumerate(batch.schema) if (f.metadata or {}).get(b"rerun:component") == b"Scalars:scalars"]
            if chunk.is_static or not values:
                continue
            for index in chunk.timeline_names:
                times = batch.column(names.index(index)).cast(pa.int64()).to_pylist()
                rows = batch.column(values[0]).to_pylist()
                found.setdefault(chunk.entity_path, {}).setdefault(index, []).extend((t, r if len(r) > 1 else r[0]) for t, r in zip(times, rows) if r)
    return {entity: {index: sorted(rows) for index, rows in by.items()} for entity, by in found.items()}


def statistics(errors):
    return {"rows": len(errors), "mean": float(errors.mean()), "p95": float(np.percentile(errors, 95)), "max": float(errors.max())}


def row_by_row(found, names, index):
    side = lambda prefix: np.array([[v for _, v in found[f"/{prefix}.{n}.pos"][index]] for n in names])
    return statistics(np.linalg.norm(side("action") - side("observation"), axis=0))


def latest_at(found, names, index):
    rows = {(p, n): (np.array([t for t, _ in found[f"/{p}.{n}.pos"][index]]), np.array([v for _, v in found[f"/{p}.{n}.pos"][index]])) for p in ("action", "observation") for n in names}
    times = rows["observation", names[0]][0]
    age = 2 * np.median(np.diff(rows["action", names[0]][0]))
    usable, columns = np.ones(len(times), bool), {}
    for key, (own, values) in rows.items():
        at = np.searchsorted(own, times, side="right") - 1
        usable &= (at >= 0) & (times - own[np.maximum(at, 0)] <= age)
        columns[key] = values[np.maximum(at, 0)]
    errors = np.linalg.norm([columns["action", n] - columns["observation", n] for n in names], axis=0)
    return statistics(errors[usable]) | {"rows_dropped": int((~usable).sum())}


def vectors(path, joints):
    found = series(path)
    side = lambda entity: np.array([row for _, row in found[entity]["real_time"]], float)[:, :joints]
    return statistics(np.linalg.norm(side("/action/joint_positions") - side("/observation/joint_positions"), axis=1))


def main(repository, shared):
    robots = shared / "recordings/robots"
    found = series(shared / "recordings/public/lekiwi_teleop_0.26.2.rrd")
    index = "log_time"
    names = sorted(n.removeprefix("/action.").removesuffix(".pos") for n in found if n.startswith("/action.") and n.endswith(".pos"))
    out = {
        "lekiwi": {"arm": latest_at(found, ARM, index), "with_gripper": latest_at(found, names, index), "with_gripper_row_by_row": row_by_row(found, names, index)},
        "g1": {"all": vectors(robots / f"{G1}.rrd", None), "first_14": vectors(robots / f"{G1}.rrd", G1_JOINTS)},
        "ur3e": {"all": vectors(robots / f"{UR3E}.rrd", None)},
    }
    print(json.dumps(out, indent=1))
    (repository / "tests/DerivationWorkers/Goldens/real_robots.json").write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))
