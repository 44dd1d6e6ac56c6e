"""What Rerun's how-to "Using layers to append data to segments" does, in words of our own: stands in where Rerun's script itself is not at hand.

It prints the same four tables. SERVER is replaced by the address of the server under test.
"""

import atexit
import pathlib
import shutil
import tempfile

import numpy as np
import pyarrow as pa
import rerun as rr
from datafusion import col
from datafusion import functions as fn
from rerun.catalog import CatalogClient

ACTION = "/action/joint_positions"
OBSERVATION = "/observation/joint_positions"
DERIVED = "/derived/tracking_error"
SCALARS = ":Scalars:scalars"

scratch = pathlib.Path(tempfile.mkdtemp())
atexit.register(shutil.rmtree, scratch, ignore_errors=True)
dataset = CatalogClient("SERVER").get_dataset(name="sample_dataset")


def show(*more):
    print(dataset.segment_table().select("rerun_segment_id", "rerun_layer_names", *more).sort("rerun_segment_id"))


show()
# set-up ends here

rows = dataset.filter_contents([ACTION, OBSERVATION]).reader(index="real_time")
files = []
for segment in pa.table(rows.select("rerun_segment_id").distinct())["rerun_segment_id"].to_pylist():
    table = pa.table(rows.filter(col("rerun_segment_id") == segment).select("real_time", ACTION + SCALARS, OBSERVATION + SCALARS))
    wanted, measured = (np.vstack(table[entity + SCALARS].to_numpy()) for entity in (ACTION, OBSERVATION))
    files.append(scratch / f"{segment}_tracking_error.rrd")
    with rr.RecordingStream("strata_howto_tracking_error", recording_id=segment) as recording:
        recording.save(files[-1])
        recording.send_columns(
            DERIVED,
            indexes=[rr.TimeColumn("real_time", timestamp=table["real_time"].to_numpy())],
            columns=rr.Scalars.columns(scalars=np.linalg.norm(wanted - measured, axis=1)),
        )
dataset.register([file.as_uri() for file in files], layer_name="tracking_error").wait()
show()

errors = dataset.filter_contents([DERIVED]).reader(index="real_time")
means = pa.table(errors.aggregate(col("rerun_segment_id"), [fn.avg(col(DERIVED + SCALARS)[0]).alias("mean")]))
files = []
for segment, mean in zip(means["rerun_segment_id"].to_pylist(), means["mean"].to_pylist()):
    files.append(scratch / f"{segment}_quality.rrd")
    with rr.RecordingStream("strata_howto_quality", recording_id=segment) as recording:
        recording.save(files[-1])
        recording.send_property("quality", rr.AnyValues(tracking_good=mean < 0.13))
dataset.register([file.as_uri() for file in files], layer_name="quality").wait()
show("property:quality:tracking_good")
show()
