"""Makes tests/DerivationWorkers/Goldens/alignment.json: what Rerun's own reader answers at times that we name, filled and not.

usage: python make_alignment.py REPOSITORY      with rerun-sdk 0.41

Every golden recording of tests/Data/sdk and samples that has numbers over time, by each of its indexes: up to MAX_COLUMNS columns of numbers that are not static (these have no time, and a deriver refuses them) at up to TIMES times: those that were logged, some between, one before and one after.
`exact` is reader(index, using_index_values=…), `latest_at` the same with fill_latest_at=True. Nothing of Strata is used.
Clears (tests/DerivationWorkers/Goldens/clears.rrd, made here where it is absent) are asked for with only the two entities of joints, as a deriver asks: a recursive Clear above them is not seen then.
`nearest` and `linear`, which Rerun's reader has not, are numpy's: tracking errors at the observation's times of ERRORS, with the default limits of docs/derivations.md.
"""

import json
import math
import pathlib
import re
import sys

import numpy as np
import pyarrow as pa
import rerun as rr

COMMAND, OBSERVATION = "/action/joint_positions:Scalars:scalars", "/observation/joint_positions:Scalars:scalars"
COMMAND_ENTITY, OBSERVATION_ENTITY = "/action/joint_positions", "/observation/joint_positions"
ERRORS = ["different_rates", "starts_late"]
TIMES = 16
MAX_COLUMNS = 4
FOLDERS = {"joint_layouts": "tests/Data/sdk/joint_layouts", "features": "tests/Data/sdk/features", "versions": "tests/Data/sdk/versions", "layers": "tests/Data/sdk/layers", "sample_5": "samples/sample_5"}
INT64 = np.iinfo(np.int64)


def is_numbers(kind):
    if not pa.types.is_list(kind):
        return False
    item = kind.value_type
    item = item.value_type if pa.types.is_fixed_size_list(item) else item
    return pa.types.is_integer(item) or pa.types.is_floating(item)


def number(x):
    return x if x is None or (isinstance(x, int) or math.isfinite(x)) else ("NaN" if math.isnan(x) else "Infinity" if x > 0 else "-Infinity")


def plain(cell, size):
    """A null of a list of fixed size is as many nulls."""
    if cell is None:
        return None
    flat = [y for x in cell for y in (x if isinstance(x, list) else [x] * size)]
    return [number(x) for x in flat]


def size_of(kind):
    return kind.value_type.list_size if pa.types.is_fixed_size_list(kind.value_type) else 1


def can_be_asked(table, column, index):
    """It spans no more time than an age can say."""
    at = [t for t, cell in zip(table[index].cast(pa.int64()).to_pylist(), table[column].to_pylist()) if cell is not None and t is not None]
    return bool(at) and max(at) - min(at) < INT64.max


def wanted(times):
    picked = [times[i] for i in sorted({int(round(i)) for i in np.linspace(0, len(times) - 1, TIMES // 2)})]
    between = [a + (b - a) // 3 for a, b in zip(times, times[1:]) if b - a > 2]
    between = [between[i] for i in sorted({int(round(i)) for i in np.linspace(0, len(between) - 1, TIMES // 2)})] if between else []
    return sorted({*picked, *between, max(times[0] - 7, INT64.min + 1), min(times[-1] + 7, INT64.max)})


def make_clears(path):
    """Clears between rows, at a row's time after and before it, in chunks of their own and in one with the rows."""
    with rr.RecordingStream("strata_tests", recording_id="clears") as recording:
        recording.save(path)

        def clear(entity, frame, recursive=False):
            recording.set_time("frame", sequence=frame)
            recording.log(entity, rr.Clear(recursive=recursive))
            recording.reset_time()

        clear(COMMAND_ENTITY, 30)
        frames = [10, 20, 30, 40, 60, 70]
        recording.send_columns(COMMAND_ENTITY, indexes=[rr.TimeColumn("frame", sequence=frames)], columns=rr.Scalars.columns(scalars=np.arange(12.0)).partition([2] * 6))
        for frame in (5, 15, 16, 20, 60, 80):
            clear(COMMAND_ENTITY, frame)
        clear("/action", 40, recursive=True)
        clear("/action", 50, recursive=True)
        for frame, value in ((10, 1.0), (20, 2.0), (25, None), (30, 3.0), (30, None), (35, None), (35, 4.0), (50, 5.0)):
            if value is None:
                clear(OBSERVATION_ENTITY, frame)
            else:
                recording.set_time("frame", sequence=frame)
                recording.log(OBSERVATION_ENTITY, rr.Scalars([value, -value]))
                recording.reset_time()


def of(path, contents=None):
    out = {}
    with rr.server.Server(datasets={"d": [path]}, host="127.0.0.1") as server:
        registered = server.client().get_dataset(name="d")
        dataset = registered if contents is None else registered.filter_contents(contents)
        segments = pa.table(registered.segment_table().df)["rerun_segment_id"].to_pylist()
        if not segments:
            return {}  # nothing is in it
        segment = segments[0]
        static = {column.name for column in registered.schema().component_columns() if column.is_static}
        for index in [column.name for column in registered.schema().index_columns()]:
            table = pa.table(dataset.reader(index=index))
            kind = table.schema.field(index).type
            times = sorted({t for t in table[index].cast(pa.int64()).to_pylist() if t is not None})
            columns = [f.name for f in table.schema if is_numbers(f.type) and not f.name.startswith("property") and f.name not in static and can_be_asked(table, f.name, index)][:MAX_COLUMNS]
            if not times or not columns:
                continue
            at = wanted(times)
            values = np.array(at, np.int64).astype("datetime64[ns]") if pa.types.is_timestamp(kind) else np.array(at, np.int64)
            entry = {"times": at, "columns": {c: {} for c in columns}}
            for key, fill in (("exact", False), ("latest_at", True)):
                answer = pa.table(dataset.reader(index=index, fill_latest_at=fill, using_index_values={segment: values}))
                rows = dict(zip(answer[index].cast(pa.int64()).to_pylist(), range(answer.num_rows)))
                for c in columns:
                    size = size_of(table.schema.field(c).type)
                    cells = answer[c].to_pylist() if c in answer.column_names else [None] * answer.num_rows
                    entry["columns"][c][key] = [plain(cells[rows[t]], size) if t in rows else None for t in at]
            out[index] = entry
    return out


def series(table, index, column):
    """Times and rows that hold something."""
    rows = [(t, c) for t, c in zip(table[index].cast(pa.int64()).to_pylist(), table[column].to_pylist()) if c is not None]
    return np.array([t for t, _ in rows], np.int64), np.array([c for _, c in rows], float)


def errors_of(path):
    with rr.server.Server(datasets={"d": [path]}, host="127.0.0.1") as server:
        client = server.client()
        dataset = client.get_dataset(name="d")
        table = pa.table(dataset.reader(index="real_time"))
    commanded, command = series(table, "real_time", COMMAND)
    observed, observation = series(table, "real_time", OBSERVATION)
    median = np.median(np.diff(commanded))
    after = np.searchsorted(commanded, observed, side="right")
    nearest, linear = [], []
    for row, (t, i) in enumerate(zip(observed, after)):
        k = int(np.argmin(np.abs(commanded - t)))
        nearest.append(float(np.linalg.norm(command[k] - observation[row])) if abs(int(commanded[k]) - int(t)) <= median else None)
        exact = i > 0 and commanded[i - 1] == t
        joined = exact or (0 < i < len(commanded) and commanded[i] - commanded[i - 1] <= 2 * median)
        zero = commanded[0]
        value = [np.interp(float(t - zero), (commanded - zero).astype(float), command[:, j]) for j in range(command.shape[1])]
        linear.append(float(np.linalg.norm(np.array(value) - observation[row])) if joined else None)
    return {"times": observed.tolist(), "nearest": nearest, "linear": linear}


def main(repository):
    everything = {"errors": {name: errors_of(repository / "tests/Data/sdk/joint_layouts" / f"{name}.rrd") for name in ERRORS}}
    for name, folder in FOLDERS.items():
        for path in sorted((repository / folder).glob("*.rrd")):
            if answers := of(path):
                everything[f"{name}/{path.stem}"] = answers
                print(name, path.stem, {i: list(e["columns"]) for i, e in answers.items()}, flush=True)
    clears = repository / "tests/DerivationWorkers/Goldens/clears.rrd"
    if not clears.exists():
        make_clears(clears)
    everything["clears"] = of(clears, [COMMAND_ENTITY, OBSERVATION_ENTITY])
    text = json.dumps(everything, indent=1)
    text = re.sub(r"\[\s+([^\[\]{}]*?)\s+\]", lambda m: "[" + re.sub(r"\s+", " ", m.group(1)) + "]", text)
    (repository / "tests/DerivationWorkers/Goldens/alignment.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
