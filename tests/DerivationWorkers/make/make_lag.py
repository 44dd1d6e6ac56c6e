"""Makes tests/DerivationWorkers/Goldens/lag.json: lag by cross-correlation as numpy computes it, of joints that Rerun's own reader gives.

usage: python make_lag.py REPOSITORY [SHARED]      with rerun-sdk 0.41 and numpy; SHARED is the folder that holds recordings/robots

`delayed` is the same with every observation two frames later, as a transport that needs two frames would log it. Nothing of Strata is used. Formulas: docs/derivers.md.
"""

import json
import pathlib
import sys

import numpy as np
import pyarrow as pa
import rerun as rr

COMMAND, OBSERVATION = "/action/joint_positions:Scalars:scalars", "/observation/joint_positions:Scalars:scalars"
MAX_LAG_NS = 500_000_000
FRAMES = 2
ROBOTS = ["ur3e_L1L2", "g1_000001"]
LAYOUTS = ["different_rates", "gap"]


def joints_of(path):
    with rr.server.Server(datasets={"d": [path]}, host="127.0.0.1") as server:
        client = server.client()
        dataset = client.get_dataset(name="d")
        table = pa.table(dataset.reader(index="real_time"))

    def side(column):
        rows = [(t, c) for t, c in zip(table["real_time"].cast(pa.int64()).to_pylist(), table[column].to_pylist()) if c is not None]
        return np.array([t for t, _ in rows], np.int64), np.array([c for _, c in rows], float)

    return side(COMMAND), side(OBSERVATION)


def resampled(times, values, grid):
    """Linear, and only between two samples at most two median intervals apart."""
    zero = times[0]
    out = np.column_stack([np.interp((grid - zero).astype(float), (times - zero).astype(float), values[:, j]) for j in range(values.shape[1])])
    limit = int(np.median(np.diff(times)) * 2)
    after = np.searchsorted(times, grid, side="right")
    exact = (after > 0) & (times[np.maximum(after - 1, 0)] == grid)
    inside = (after > 0) & (after < len(times))
    gaps = times[np.minimum(after, len(times) - 1)] - times[np.maximum(after - 1, 0)]
    return out, exact | (inside & (gaps <= limit))


def pairs(c, o, valid, k):
    n = len(valid)
    first, last = max(0, -k), min(n, n - k)
    use = valid[first:last] & valid[first + k:last + k]
    return c[first:last][use], o[first + k:last + k][use]


def correlation(c, o):
    c, o = c - c.mean(axis=0), o - o.mean(axis=0)
    scale = np.sqrt((c * c).sum() * (o * o).sum())
    return (c * o).sum() / scale if scale > 0 else np.nan


def peak(values, most):
    """Lag in steps, refined by the parabola through the peak and its neighbours, and the correlation at the whole step."""
    order = sorted(range(-most, most + 1), key=lambda k: (abs(k), k < 0))
    best = max(order, key=lambda k: values[k])
    if abs(best) == most:
        return best, float(best), values[best]
    left, middle, right = values[best - 1], values[best], values[best + 1]
    bend = left - 2 * middle + right
    return best, best + (0.5 * (left - right) / bend if bend < 0 else 0.0), middle


def lag(commands, observations):
    (tc, c), (to, o) = commands, observations
    step = int(np.median(np.diff(to)))
    start, end = max(tc[0], to[0]), min(tc[-1], to[-1])
    grid = start + step * np.arange((end - start) // step + 1, dtype=np.int64)
    c, has_c = resampled(tc, c, grid)
    o, has_o = resampled(to, o, grid)
    valid = has_c & has_o
    most = MAX_LAG_NS // step
    lags = range(-most, most + 1)
    moves = [j for j in range(c.shape[1]) if np.ptp(c[valid][:, j]) > 0 and np.ptp(o[valid][:, j]) > 0]
    best, refined, height = peak({k: correlation(*(side[:, moves] for side in pairs(c, o, valid, k))) for k in lags}, most)
    joints = [peak({k: correlation(*(side[:, [j]] for side in pairs(c, o, valid, k))) for k in lags}, most) if j in moves else None
              for j in range(c.shape[1])]
    error = lambda k: float(np.linalg.norm(np.subtract(*pairs(c, o, valid, k)), axis=1).mean())
    return {
        "lag_ms": refined * step / 1e6, "lag_steps": best, "step_ms": step / 1e6, "correlation": height, "samples": int(valid.sum()),
        "lag_ms_per_joint": [None if j is None else j[1] * step / 1e6 for j in joints], "correlation_per_joint": [None if j is None else j[2] for j in joints],
        "tracking_error_mean": error(0), "tracking_error_mean_at_lag": error(best),
    }


def of(path):
    commands, (times, rows) = joints_of(path)
    exact = {int(t): r for t, r in zip(*commands)}
    delayed = times[FRAMES:], rows[:-FRAMES]
    same = [np.linalg.norm(exact[int(t)] - r) for t, r in zip(*delayed) if int(t) in exact]
    return {"plain": lag(commands, (times, rows)), "delayed": lag(commands, delayed), "tracking_error_mean_delayed": float(np.mean(same)) if same else None}


def main(repository, shared):
    out = {"samples": {p.stem: of(p) for p in sorted((repository / "samples/sample_5").glob("*.rrd"))},
           "joint_layouts": {name: of(repository / "tests/Data/sdk/joint_layouts" / f"{name}.rrd") for name in LAYOUTS}}
    if shared is not None:
        out["robots"] = {name: of(shared / "recordings/robots" / f"{name}.rrd") for name in ROBOTS}
    (repository / "tests/DerivationWorkers/Goldens/lag.json").write_text(json.dumps(out, indent=1) + "\n", encoding="utf-8")
    for group in out.values():
        for name, entry in group.items():
            plain, delayed = entry["plain"], entry["delayed"]
            print(f"{name:40s} lag {plain['lag_ms']:8.2f} r {plain['correlation']:.5f} error {plain['tracking_error_mean']:.6f} at lag {plain['tracking_error_mean_at_lag']:.6f} | "
                  f"delayed: error {entry['tracking_error_mean_delayed']} lag {delayed['lag_ms']:8.2f} ({delayed['lag_steps']} of {delayed['step_ms']:.3f} ms) at lag {delayed['tracking_error_mean_at_lag']:.6f}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]) if len(sys.argv) > 2 else None)
