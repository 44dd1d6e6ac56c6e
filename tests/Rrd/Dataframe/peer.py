"""Makes random recordings with the real Rerun SDK, asks its own server for rows in random ways, and keeps both: peer.py SEED FOLDER

FOLDER/queries.json lists the queries; each names the Arrow IPC stream of its rows, sorted by segment and index.
"""
import json
import random
import sys
from pathlib import Path

import numpy as np
import pyarrow as pa
import rerun as rr
from datafusion import col, lit

seed, out = int(sys.argv[1]), Path(sys.argv[2])
rnd = random.Random(seed)


def times(n):
    return sorted(rnd.sample(range(-20, 60), n)) if rnd.random() < .6 else [rnd.randrange(-20, 60) for _ in range(n)]

def columns(rec, path, kind):
    n = rnd.randrange(1, 12)
    index = [rr.TimeColumn("frame", sequence=times(n))]
    if rnd.random() < .5:
        index.append(rr.TimeColumn("stamp", timestamp=[np.datetime64(1_700_000_000_000_000_000 + 1_000_000_000 * rnd.randrange(50), "ns") for _ in range(n)]))
    if kind == "scalar":
        rec.send_columns(path, indexes=index, columns=rr.Scalars.columns(scalars=[rnd.randrange(100) / 4 for _ in range(n)]))
    elif kind == "joints":
        lengths = [rnd.randrange(0, 4) for _ in range(n)]
        rec.send_columns(path, indexes=index, columns=rr.Scalars.columns(scalars=[rnd.random() for _ in range(sum(lengths))]).partition(lengths))
    else:
        rec.send_columns(path, indexes=index, columns=rr.TextLog.columns(text=[f"t{rnd.randrange(100)}" for _ in range(n)]))

cleared = []

def clear(rec, path):
    at = rnd.randrange(-40, 90)
    cleared.append(at)
    rec.set_time("frame", sequence=at)
    rec.log(path, rr.Clear(recursive=rnd.random() < .5))
    rec.reset_time()

paths = {"/a": "scalar", "/a/b": "joints", "/a/b/c": "text", "/d": "scalar", "/e f": "text"}
files = []
for segment in ("one", "two"):
    for layer in ("base", "more"):
        with rr.RecordingStream("rerun_example_peer", recording_id=segment) as rec:
            file = out / f"{segment}_{layer}.rrd"
            rec.save(file)
            files.append((file, layer))
            if rnd.random() < .5:
                rec.send_property("p", rr.AnyValues(x=rnd.randrange(9)))
            for _ in range(rnd.randrange(2, 9)):
                path = rnd.choice(list(paths))
                if rnd.random() < .1:
                    rec.log(path, rr.Scalars(rnd.random()) if paths[path] != "text" else rr.TextLog("static"), static=True)
                elif rnd.random() < .25:
                    clear(rec, path)
                elif rnd.random() < .2 and paths[path] == "text":
                    rec.set_time("frame", sequence=rnd.randrange(-20, 60))
                    rec.log(path, rr.TextLog("l", level="INFO"))
                else:
                    columns(rec, path, paths[path])

queries = []
with rr.server.Server(datasets={"d": []}, host="127.0.0.1") as server:
    ds = server.client().get_dataset(name="d")
    for file, layer in files:
        ds.register([file.resolve().as_uri()], layer_name=layer).wait()
    indexes = [f.name for f in ds.schema().to_arrow() if (f.metadata or {}).get(b"rerun:kind") == b"index" and f.name in ("frame", "stamp")]
    for number in range(24):
        index = rnd.choice([None, *indexes, *indexes])
        q = {"index": index, "fill": index is not None and rnd.random() < .5, "contents": None, "ranges": None, "values": None}
        if rnd.random() < .6:
            q["contents"] = rnd.choice([["/a/**"], ["/**", "-/a/b/**"], ["/a", "/d"], ["/**", "/__properties/**"], ["/a/b/**", "-/a/b", "/e\\ f"], ["-/a"], ["/** -/d"], [], ["/**", "-/a/**", "/a/b/c"]])
        if index == "frame" and rnd.random() < .3:
            # Half of them hit a Clear, near the data and far from it.
            q["values"] = {s: sorted({rnd.choice(cleared) if cleared and rnd.random() < .5 else rnd.randrange(-30, 70) for _ in range(rnd.randrange(1, 6))}) for s in (["one", "two"] if rnd.random() < .7 else ["one"])}
        elif index == "frame" and rnd.random() < .4:
            a = rnd.choice(cleared) - rnd.randrange(5) if cleared and rnd.random() < .5 else rnd.randrange(-25, 60)
            q["ranges"] = [a, a + rnd.randrange(30)]
        view = ds if q["contents"] is None else ds.filter_contents(q["contents"])
        values = None if q["values"] is None else {k: np.array(v, dtype=np.int64) for k, v in q["values"].items()}
        df = view.reader(index=index, fill_latest_at=q["fill"], using_index_values=values)
        if q["ranges"]:
            df = df.filter((col("frame") >= lit(q["ranges"][0])) & (col("frame") <= lit(q["ranges"][1])))
        df = df.sort("rerun_segment_id", *([col(index)] if index else []))
        table = pa.table(df)
        name = f"{number}.arrow"
        with pa.OSFile(str(out / name), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as w:
            w.write_table(table.combine_chunks())
        q["arrow"], q["rows"] = name, table.num_rows
        queries.append(q)
(out / "queries.json").write_text(json.dumps(queries))
