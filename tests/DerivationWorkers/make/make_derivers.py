"""Makes tests/DerivationWorkers/Goldens/derivers.json: what numpy makes of joints and times that Rerun's own reader gives, and of signals made here.

usage: python make_derivers.py REPOSITORY [SHARED]      with rerun-sdk 0.41 and numpy; SHARED is the folder that holds recordings/robots

Nothing of Strata is used. Formulas: docs/derivers.md.
"""

import json
import math
import pathlib
import sys

import numpy as np
import pyarrow as pa
from rerun.chunk import RrdReader

JOINTS = "/observation/joint_positions"
STILL_RAD_PER_S, LOWER, UPPER, MARGIN = 0.05, -0.5, 0.5, 0.01
SMALL = {"rerun.archetypes.Scalars", "rerun.archetypes.Transform3D"}


def chunks(path):
    reader = RrdReader(str(path))
    return [c for entry in reader.recordings() for c in reader.stream(store=entry).to_chunks()]


def meta(field, key):
    return (field.metadata or {}).get(key.encode(), b"").decode()


def is_numbers(kind):
    if not pa.types.is_list(kind):
        return False
    item = kind.value_type
    item = item.value_type if pa.types.is_fixed_size_list(item) else item
    return pa.types.is_integer(item) or pa.types.is_floating(item)


def joints_of(path, index):
    """Times and joints of one entity, sorted; of two rows at one time the newer row id."""
    rows = {}
    for chunk in chunks(path):
        batch = chunk.to_record_batch()
        if chunk.entity_path != JOINTS or chunk.is_static or index not in chunk.timeline_names:
            continue
        at = batch.schema.get_field_index(index)
        values = next(i for i, f in enumerate(batch.schema) if meta(f, "rerun:component") == "Scalars:scalars")
        for time, row in zip(batch.column(at).cast(pa.int64()).to_pylist(), batch.column(values).to_pylist()):
            if row is not None:
                rows[time] = row
    times = sorted(rows)
    return np.array(times, np.int64), np.array([rows[t] for t in times]).T


def streams_of(path, index):
    """Per column of numbers its times in the order of row ids."""
    found, static = {}, set()
    for chunk in chunks(path):
        batch = chunk.to_record_batch()
        for i, field in enumerate(batch.schema):
            archetype = meta(field, "rerun:archetype")
            if meta(field, "rerun:kind") in ("control", "index") or chunk.entity_path.startswith("/__properties") or not is_numbers(field.type):
                continue
            if archetype.startswith("rerun.archetypes.") and archetype not in SMALL:
                continue
            component = meta(field, "rerun:component")
            name = chunk.entity_path if component == "Scalars:scalars" else f"{chunk.entity_path}:{component}"
            if chunk.is_static:
                static.add(name)
                continue
            control = next(j for j, f in enumerate(batch.schema) if meta(f, "rerun:kind") == "control")
            ids = batch.column(control)
            ids = (ids.storage if isinstance(ids, pa.ExtensionArray) else ids).to_pylist()
            times = batch.column(batch.schema.get_field_index(index)).cast(pa.int64()).to_pylist()
            rows = batch.column(i).to_pylist()
            found.setdefault(name, []).extend((key, t) for key, t, row in zip(ids, times, rows) if row is not None)
    return {name: [t for _, t in sorted(rows)] for name, rows in sorted(found.items()) if name not in static}


def number(x):
    x = float(x)
    return x if math.isfinite(x) else None


def numbers(xs):
    return [number(x) for x in xs]


def gaps(times, expected_hz=None):
    logged = np.array(times, np.int64)
    distinct = np.unique(logged)
    result = {"rows": len(logged), "duplicate_times": int(len(logged) - len(distinct)), "backward_times": int((np.diff(logged) < 0).sum()),
              "max_gap_ms": None, "max_gap_start_ns": None, "dropped_frames": 0, "rate_hz": None, "expected_hz": expected_hz}
    if len(distinct) > 1:
        steps = np.diff(distinct).astype(float)
        expected = 1e9 / expected_hz if expected_hz else float(np.median(steps))
        result |= {"max_gap_ms": steps.max() / 1e6, "max_gap_start_ns": int(distinct[steps.argmax()]), "expected_hz": 1e9 / expected,
                   "dropped_frames": int(np.maximum(0, np.floor(steps / expected + 0.5) - 1).sum()), "rate_hz": (len(distinct) - 1) / ((distinct[-1] - distinct[0]) / 1e9)}
    return result


def motion(t, q):
    seconds = np.diff(t) / 1e9
    step = np.diff(q, axis=1)
    norm = np.linalg.norm(step, axis=0)
    return {"duration_s": (t[-1] - t[0]) / 1e9, "path_length": number(norm.sum()), "peak_velocity": number((norm / seconds).max()),
            "path_length_per_joint": numbers(np.abs(step).sum(axis=1)), "peak_velocity_per_joint": numbers((np.abs(step) / seconds).max(axis=1))}


def static_joints(t, q, threshold):
    seconds = np.diff(t) / 1e9
    still = np.abs(np.diff(q, axis=1)) / seconds <= threshold
    return {"static_fraction": number(seconds[still.all(axis=0)].sum() / seconds.sum()), "static_fraction_per_joint": numbers((still * seconds).sum(axis=1) / seconds.sum()),
            "dead": [bool(x) for x in np.ptp(q, axis=1) <= 0]}


def value_range(q):
    low, high = q.min(axis=1), q.max(axis=1)
    saturated = (q <= LOWER + MARGIN) | (q >= UPPER - MARGIN)
    return {"min_per_joint": numbers(low), "max_per_joint": numbers(high), "range_per_joint": numbers(high - low),
            "at_extremes_fraction_per_joint": numbers(((q == low[:, None]) | (q == high[:, None])).mean(axis=1)),
            "saturated_fraction": number(saturated.any(axis=0).mean()), "saturated_fraction_per_joint": numbers(saturated.mean(axis=1))}


def ldlj(q, dt):
    velocity = np.diff(q, axis=1) / dt
    jerk = np.diff(velocity, 2, axis=1) / dt**2
    peak = np.linalg.norm(velocity, axis=0).max()
    duration = velocity.shape[1] * dt
    with np.errstate(all="ignore"):
        return -np.log(duration**3 / peak**2 * (jerk**2).sum() * dt)


def sparc(q, dt, cutoff=10.0, threshold=0.05, pad=4):
    speed = np.linalg.norm(np.diff(q, axis=1) / dt, axis=0)
    if not speed.any():
        return math.nan
    size = 2 ** (math.ceil(math.log2(len(speed))) + pad)
    frequency, spectrum = np.fft.rfftfreq(size, dt), np.abs(np.fft.rfft(speed, size))
    frequency, spectrum = frequency[frequency <= cutoff], (spectrum / spectrum[0])[frequency <= cutoff]
    last = np.flatnonzero(spectrum >= threshold)[-1] + 1
    frequency, spectrum = frequency[:last] / frequency[last - 1], spectrum[:last]
    return -np.sqrt(np.diff(frequency) ** 2 + np.diff(spectrum) ** 2).sum()


def smoothness(t, q, rate_hz=None):
    since = (t - t[0]).astype(float)
    rate = rate_hz or 1e9 / float(np.median(np.diff(t)))
    count = int(np.floor(since[-1] / 1e9 * rate + 0.5)) + 1
    grid = np.linspace(0, since[-1], count)
    even = np.array([np.interp(grid, since, joint) for joint in q])
    dt = since[-1] / 1e9 / (count - 1)
    return {"ldlj": number(ldlj(even, dt)), "sparc": number(sparc(even, dt)), "rate_hz": 1 / dt,
            "ldlj_per_joint": numbers([ldlj(joint[None], dt) for joint in even]), "sparc_per_joint": numbers([sparc(joint[None], dt) for joint in even])}


def all_of(t, q):
    return {"motion": motion(t, q), "static_joints": static_joints(t, q, STILL_RAD_PER_S), "range": value_range(q), "smoothness": smoothness(t, q)}


def recording(path):
    return all_of(*joints_of(path, "real_time")) | {"gaps": {name: gaps(times) for name, times in streams_of(path, "real_time").items()}}


def signals():
    """Name → times in nanoseconds and joints."""
    random = np.random.default_rng(7)
    s = np.linspace(0, 1, 101)
    even = np.arange(101, dtype=np.int64) * 10_000_000
    minimum_jerk = 10 * s**3 - 15 * s**4 + 6 * s**5
    jittered = np.cumsum(random.integers(8_000_000, 12_000_000, 150)).astype(np.int64)
    walk = np.cumsum(random.normal(0, 0.02, (3, 150)), axis=1)
    bursts = np.sort(random.choice(np.arange(400), 128, replace=False)).astype(np.int64) * 5_000_000 + 1_700_000_000_000_000_000
    return {
        "minimum_jerk": (even, np.array([minimum_jerk])),
        "two_joints_one_late": (even, np.array([minimum_jerk, 0.3 * np.roll(minimum_jerk, 20) * (s >= 0.2)])),
        "jittered_walk": (jittered, walk),
        "with_gaps": (bursts, np.array([np.sin(bursts / 3e8), np.clip(np.cos(bursts / 2e8), -0.5, 0.5)])),
        "one_still": (even[:60], np.array([np.sin(np.arange(60) / 9), np.full(60, 0.25)])),
        "two_rows": (even[:2], np.array([[0.0, 0.5], [1.0, 0.0]])),
    }


def streams():
    """Name → times as they were logged, and the declared rate."""
    ms = 1_000_000
    return {
        "regular": ([i * 10 * ms for i in range(50)], None),
        "three_missing": ([i * 10 * ms for i in range(50) if i not in (7, 20, 21)], None),
        "three_missing_declared": ([i * 10 * ms for i in range(50) if i not in (7, 20, 21)], 200.0),
        "twice_and_back": ([0, 10 * ms, 10 * ms, 20 * ms, 15 * ms, 30 * ms, 25 * ms, 25 * ms, 40 * ms], None),
        "one_time_twice": ([5, 5], None),
        "far_apart": ([-(2**61), 0, 2**61], None),
    }


def main():
    repository, shared = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None
    result = {"numpy": np.__version__, "samples": {}, "robots": {}, "signals": {}, "streams": {}}
    for path in sorted((repository / "samples" / "sample_5").glob("*.rrd")):
        result["samples"][path.stem] = recording(path)
    for name in ("g1_000000", "g1_000010", "ur3e_L1L2", "ur3e_L3L4"):
        if shared:
            result["robots"][name] = recording(shared / "recordings" / "robots" / f"{name}.rrd")
    for name, (t, q) in signals().items():
        result["signals"][name] = {"times": t.tolist(), "joints": q.T.tolist()} | (all_of(t, q) if len(t) > 3 else {"motion": motion(t, q), "static_joints": static_joints(t, q, STILL_RAD_PER_S), "range": value_range(q)})
    result["signals"]["jittered_walk"]["smoothness_at_40_hz"] = smoothness(*signals()["jittered_walk"], 40)
    turns = np.unwrap(np.mod(np.linspace(0, 20, 101), 2 * np.pi))[None]
    result["signals"]["turning"] = {"times": [i * 10_000_000 for i in range(101)], "joints": np.mod(np.linspace(0, 20, 101), 2 * np.pi)[:, None].tolist(), "motion": motion(np.arange(101) * 10_000_000, turns)}
    for name, (times, expected) in streams().items():
        result["streams"][name] = {"times": times, "declared_hz": expected, "gaps": gaps(times, expected)}
    out = repository / "tests" / "DerivationWorkers" / "Goldens" / "derivers.json"
    out.write_text(json.dumps(result, indent=1).replace("\n    ", " ").replace("\n   ]", "]") + "\n")
    print(out, out.stat().st_size)


main()
