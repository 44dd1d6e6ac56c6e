"""Drives one catalog server with Rerun's own client, step by step: whoever serves the protocol is measured by the same calls.

usage: client.py rerun+http://HOST:PORT

Reads one step a line, a JSON array of its name and arguments, and answers each with one line: {"seconds": …, "client_cpu": …}.
Every step checks what it was given, so that a wrong answer is not taken for a fast one.
  connect                             until the server answers a first call; waits for one that is starting
  register DATASET FOLDER             all recordings of FOLDER in one call, into a dataset that is created before the clock runs
  segment_table DATASET N             the whole table, of N segments
  manifest DATASET N                  the whole manifest, of at least N layers
  reader DATASET K ROWS               commanded and observed joints of K segments of ROWS rows each
  verdicts DATASET N                  asks the segment table until all N segments have `property:quality:tracking_good`
  howto DATASET N                     tracking error and quality by hand as new layers, until the last verdict is read
"""

from __future__ import annotations

import json
import pathlib
import sys
import tempfile
import time
import warnings

import pyarrow as pa
import rerun as rr
from howto import COMMAND, INDEX, OBSERVATION, VERDICT, add_quality, add_tracking_error, check

SEGMENT = "rerun_segment_id"
PAUSE_S = 0.005
PATIENCE_S = 600


class Driver:
    def __init__(self, url: str) -> None:
        self._url = url
        self._datasets: dict[str, rr.catalog.DatasetEntry] = {}
        self._segments: dict[str, list[str]] = {}

    def connect(self) -> None:
        self._datasets.clear()
        deadline = time.monotonic() + PATIENCE_S
        while True:
            try:
                self._client = rr.catalog.CatalogClient(self._url)
                self._client.datasets()
                return
            except Exception:
                if time.monotonic() > deadline:
                    raise
                time.sleep(PAUSE_S)

    def prepare_register(self, dataset: str, folder: str):
        uris = [file.resolve().as_uri() for file in sorted(pathlib.Path(folder).glob("*.rrd"))]
        self._datasets[dataset] = self._client.create_dataset(dataset)

        def register() -> None:
            self._segments[dataset] = sorted(self._datasets[dataset].register(uris).wait().segment_ids)
            expect(len(uris), len(self._segments[dataset]), "segments registered")

        return register

    def segment_table(self, dataset: str, expected: int) -> None:
        expect(expected, pa.table(self._dataset(dataset).segment_table()).num_rows, "rows of the segment table")

    def manifest(self, dataset: str, expected: int) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of the client's call, which the protocol keeps
            rows = pa.table(self._dataset(dataset).manifest()).num_rows
        expect(True, rows >= expected, f"at least {expected} rows of the manifest ({rows})")

    def reader(self, dataset: str, segments: int, rows: int) -> None:
        view = self._dataset(dataset).filter_segments(self._segments[dataset][:segments]).filter_contents([COMMAND, OBSERVATION])
        expect(segments * rows, pa.table(view.reader(index=INDEX)).num_rows, "rows of the reader")

    def verdicts(self, dataset: str, expected: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while True:
            # The column is there from the first verdict on.
            table = pa.table(self._dataset(dataset).segment_table())
            found = len(table[VERDICT]) - table[VERDICT].null_count if VERDICT in table.column_names else 0
            if found == expected:
                return
            expect(True, time.monotonic() < deadline, f"{expected} verdicts in {PATIENCE_S} s ({found})")
            time.sleep(PAUSE_S)

    def howto(self, dataset: str, expected: int) -> None:
        with tempfile.TemporaryDirectory() as scratch:
            add_tracking_error(self._dataset(dataset), pathlib.Path(scratch), expected)
            add_quality(self._dataset(dataset), pathlib.Path(scratch))
            check(self._dataset(dataset), expected)

    def _dataset(self, name: str):
        if name not in self._datasets:
            self._datasets[name] = self._client.get_dataset(name=name)
        return self._datasets[name]


def expect(expected: object, found: object, what: str) -> None:
    if expected != found:
        raise SystemExit(f"expected {expected}, found {found}: {what}")


def main(url: str) -> None:
    driver = Driver(url)
    print(json.dumps({"ready": rr.__version__}), flush=True)
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        prepare = getattr(driver, f"prepare_{name}", None)
        work = prepare(*arguments) if prepare else lambda: getattr(driver, name)(*arguments)
        begin, begin_cpu = time.perf_counter(), time.process_time()
        work()
        print(json.dumps({"seconds": time.perf_counter() - begin, "client_cpu": time.process_time() - begin_cpu}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
