"""Asks a catalog server through the real client and compares its answers with those that Rerun's own server gave (tests/Data/sdk/golden).

usage: python compare.py URL CASES     CASES: file with a JSON list of {"dataset": name, "golden": path of a .json, "step": key inside it, when it holds several}
Prints one JSON object a case: {"dataset": ..., "answers": number of answers compared, "differences": [...]}.

Canonical text of a value, hashed per column (sha256 over the rows' texts, each followed by a line feed):
  null | true | false | decimal integer (times: their int64 count of the column's unit) |
  float: 16 hex digits of the IEEE-754 double (big endian), any NaN: nan | string: JSON, non-ASCII kept |
  bytes: x + hex | list: [a,b] | struct: {field:value,...} in field order
"""
import hashlib
import itertools
import json
import math
import re
import struct
import sys
import warnings

import pyarrow as pa
import rerun as rr

warnings.simplefilter("ignore", DeprecationWarning)


def cells(arr):
    """The rows of an Arrow array as JSON-able values (times as integers, bytes as x+hex)."""
    t = arr.type
    if isinstance(arr, pa.ChunkedArray):
        return [c for chunk in arr.chunks for c in cells(chunk)]
    if pa.types.is_dictionary(t):
        return cells(arr.dictionary_decode())
    if isinstance(arr, pa.ExtensionArray):
        return cells(arr.storage)
    if pa.types.is_timestamp(t) or pa.types.is_duration(t) or pa.types.is_time64(t) or pa.types.is_date64(t):
        return cells(arr.cast(pa.int64()))
    if pa.types.is_time32(t) or pa.types.is_date32(t):
        return cells(arr.cast(pa.int32()))
    if pa.types.is_list(t) or pa.types.is_large_list(t):
        items, offsets, valid = cells(arr.values), arr.offsets.to_pylist(), arr.is_valid().to_pylist()
        return [items[offsets[i]:offsets[i + 1]] if valid[i] else None for i in range(len(arr))]
    if pa.types.is_fixed_size_list(t):
        items, n, valid = cells(arr.values), t.list_size, arr.is_valid().to_pylist()
        return [items[(arr.offset + i) * n:(arr.offset + i + 1) * n] if valid[i] else None for i in range(len(arr))]
    if pa.types.is_map(t):
        keys, items, offsets, valid = cells(arr.keys), cells(arr.items), arr.offsets.to_pylist(), arr.is_valid().to_pylist()
        pairs = [{"key": k, "value": v} for k, v in zip(keys, items)]
        return [pairs[offsets[i]:offsets[i + 1]] if valid[i] else None for i in range(len(arr))]
    if pa.types.is_decimal(t):
        return [None if v is None else str(v) for v in arr.to_pylist()]
    if pa.types.is_struct(t):
        fields = [cells(arr.field(i)) for i in range(t.num_fields)]
        valid = arr.is_valid().to_pylist()
        return [{t.field(k).name: fields[k][i] for k in range(t.num_fields)} if valid[i] else None for i in range(len(arr))]
    if pa.types.is_binary(t) or pa.types.is_large_binary(t) or pa.types.is_fixed_size_binary(t):
        return [None if v is None else "x" + v.hex() for v in arr.to_pylist()]
    if pa.types.is_union(t):
        return [s.as_py() if not isinstance(s, pa.UnionScalar) else
                {"type_code": s.type_code, "value": cells(pa.array([s.value.as_py()], t.field(s.type_code).type))[0]}
                for s in arr]
    if pa.types.is_float16(t):
        return [None if v is None else float(v) for v in arr.to_pylist()]
    return arr.to_pylist()


def canon(v):
    if v is None:
        return "null"
    if isinstance(v, bool):
        return "true" if v else "false"
    if isinstance(v, int):
        return str(v)
    if isinstance(v, float):
        return "nan" if math.isnan(v) else struct.pack(">d", v).hex()
    if isinstance(v, str):
        return v if re.fullmatch(r"x([0-9a-f]{2})*", v) else json.dumps(v, ensure_ascii=False)
    if isinstance(v, list):
        return "[" + ",".join(map(canon, v)) + "]"
    if isinstance(v, dict):
        return "{" + ",".join(f"{k}:{canon(x)}" for k, x in v.items()) + "}"
    return json.dumps(str(v))


def jsonable(v):
    if isinstance(v, float) and (math.isnan(v) or math.isinf(v)):
        return "NaN" if math.isnan(v) else ("Infinity" if v > 0 else "-Infinity")
    if isinstance(v, list):
        return [jsonable(x) for x in v]
    if isinstance(v, dict):
        return {k: jsonable(x) for k, x in v.items()}
    return v if v is None or isinstance(v, (bool, int, float, str)) else str(v)


def fields(schema):
    """By name: columns have no order of their own, except those that every table begins with."""
    return {f.name: {"type": str(f.type), "nullable": f.nullable, "metadata": {k.decode(): v.decode() for k, v in (f.metadata or {}).items()}} for f in schema}


def golden_fields(schema):
    return {f["name"]: {k: f[k] for k in ("type", "nullable", "metadata")} for f in schema["fields"]}


def rows(df, drop=()):
    table = pa.table(df)
    columns = {n: [jsonable(v) for v in cells(table.column(n))] for n in table.column_names if n not in drop}
    return by_name([{n: c[i] for n, c in columns.items()} for i in range(table.num_rows)])


def by_name(table):
    """Rows of tables have no order of their own."""
    return sorted(table, key=lambda row: (row["rerun_segment_id"], row.get("rerun_layer_name", "")))


def without_places(value):
    return json.loads(re.sub(r"file://[^\"\s,\]]*/", "file:///RECORDINGS/", json.dumps(value, ensure_ascii=False)))


def digest(values):
    h = hashlib.sha256()
    for v in values:
        h.update(canon(v).encode())
        h.update(b"\n")
    return h.hexdigest()


def result(table, expected):
    """Which segment comes first depends on the client's processors: they are put into the order of the golden answer. Inside a segment the order counts."""
    ids = table.column("rerun_segment_id").to_pylist()
    golden_ids = expected["columns"]["rerun_segment_id"]["sha256"]
    places = range(table.num_rows)
    for order in itertools.permutations(sorted(set(ids))):
        sorted_places = sorted(places, key=lambda i: order.index(ids[i]))
        if digest([ids[i] for i in sorted_places]) == golden_ids:
            places = sorted_places
            break
    columns = {}
    for f in table.schema:
        values = cells(table.column(f.name))
        values = [values[i] for i in places]
        columns[f.name] = {"type": str(f.type), "nulls": sum(v is None for v in values), "empty_lists": sum(v == [] for v in values), "sha256": digest(values)}
    return {"num_rows": table.num_rows, "columns": columns}


class Comparison:
    def __init__(self):
        self.answers = 0
        self.differences = []

    def check(self, what, expected, answer):
        """Where Rerun's server had no answer, any one is better."""
        if expected is None or "error" in expected:
            return
        self.answers += 1
        try:
            actual = answer()
        except BaseException as e:
            self.differences.append(f"{what}: {type(e).__name__}: {str(e).strip().splitlines()[0]}")
            return
        self.compare(what, expected, actual)

    def compare(self, what, expected, actual):
        if isinstance(expected, dict) and isinstance(actual, dict):
            for key in expected.keys() | actual.keys():
                if key not in actual or key not in expected:
                    self.differences.append(f"{what}: {key!r} is {'missing' if key in expected else 'not in the golden answer'}")
                else:
                    self.compare(f"{what}, {key}", expected[key], actual[key])
        elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual) and expected and isinstance(expected[0], dict):
            for i, (e, a) in enumerate(zip(expected, actual)):
                self.compare(f"{what}[{i}]", e, a)
        elif expected != actual:
            self.differences.append(f"{what}: expected {str(expected)[:300]}, found {str(actual)[:300]}")


def compare(client, case):
    with open(case["golden"], encoding="utf-8") as f:
        golden = json.load(f)
    golden = golden[case["step"]] if case.get("step") else golden
    c = Comparison()
    try:
        ds = client.get_dataset(case["dataset"])
    except LookupError as e:
        return {"dataset": case["dataset"], "answers": 0, "differences": [str(e)]}
    c.check("dataset schema", golden_fields(golden["dataset_schema"]), lambda: fields(ds.schema().to_arrow()))
    if "segment_table_schema" in golden:
        c.check("segment table schema", golden_fields(golden["segment_table_schema"]), lambda: fields(ds.segment_table().schema()))
        c.check("manifest schema", golden_fields(golden["manifest_schema"]), lambda: fields(ds.manifest().schema()))
    if isinstance(golden.get("segment_table"), list):
        c.check("segment table", {"rows": by_name(golden["segment_table"])}, lambda: {"rows": without_places(rows(ds.segment_table(), ("rerun_last_updated_at",)))})
        c.check("manifest", {"rows": by_name(golden["manifest"])}, lambda: {"rows": without_places(rows(ds.manifest(), ("rerun_last_updated_at", "rerun_registration_time")))})
    if isinstance(golden.get("index_ranges"), list):
        c.check("index ranges", {"rows": by_name(golden["index_ranges"])}, lambda: {"rows": rows(ds.get_index_ranges())})
    view = ds.filter_contents(golden["reader_contents"]) if "reader_contents" in golden else ds
    kept = ("num_rows", "columns")
    static = golden.get("static_with_properties")
    if static and "columns" in static:
        c.check("static with properties", {k: static[k] for k in kept}, lambda: result(pa.table(ds.filter_contents(["/**", "/__properties/**"]).reader(index=None)), static))
    for key, expected in golden.get("reader", {}).items():
        if "columns" in expected:
            fill = key.endswith(" fill_latest_at")
            index = None if key == "static" else key.removesuffix(" fill_latest_at")
            c.check(f"reader of {key}", {k: expected[k] for k in kept}, lambda: result(pa.table(view.reader(index=index, fill_latest_at=fill)), expected))
    return {"dataset": case["dataset"], "answers": c.answers, "differences": c.differences}


if __name__ == "__main__":
    catalog = rr.catalog.CatalogClient(sys.argv[1])
    with open(sys.argv[2], encoding="utf-8") as cases_file:
        cases = json.load(cases_file)
    for one in cases:
        print(json.dumps(compare(catalog, one), ensure_ascii=False), flush=True)
