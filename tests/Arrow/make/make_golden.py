"""Makes tests/Arrow/Golden: streams that pyarrow wrote, and beside each of them its values as JSON.

usage: python make_golden.py FOLDER        with pyarrow 23 or later

A value is JSON null, a boolean, a text, or a list: numbers as themselves, floats as the hexadecimal digits of their bits, bytes as hexadecimal digits, decimals as their unscaled
integer in decimal digits, times as their integer, intervals as [months, days, nanoseconds], lists as lists, structs and maps as lists of [name or key, value], unions as [type id, value];
dictionaries and runs as what they stand for.
"""

import decimal
import json
import pathlib
import sys

import numpy as np
import pyarrow as pa

D = decimal.Decimal
decimal.getcontext().prec = 100


def plain(array):
    """The values of an array. Unions go by their buffers: the scalar of a null does not say of which child it is."""
    kind = array.type
    if not pa.types.is_union(kind):
        return [plain_scalar(scalar, kind) for scalar in array]
    # The properties type_codes and offsets of pyarrow 26 forget the offset of a slice.
    here = slice(array.offset, array.offset + len(array))
    codes = np.frombuffer(array.buffers()[1], np.int8)[here].tolist()
    places = np.frombuffer(array.buffers()[2], np.int32)[here].tolist() if kind.mode == "dense" else range(len(array))
    children = [array.field(k) for k in range(kind.num_fields)]
    return [[code, plain(children[kind.type_codes.index(code)].slice(at, 1))[0]] for code, at in zip(codes, places)]


def plain_scalar(scalar, kind):
    types = pa.types
    if types.is_dictionary(kind):
        return plain_scalar(scalar.value, kind.value_type) if scalar.is_valid else None
    if types.is_run_end_encoded(kind):
        return plain_scalar(scalar.value, kind.value_type) if scalar.is_valid else None
    if not scalar.is_valid:
        return None
    if types.is_floating(kind):
        width, bits = {16: (np.float16, np.uint16), 32: (np.float32, np.uint32), 64: (np.float64, np.uint64)}[kind.bit_width]
        return f"{int(np.array([scalar.as_py()], width).view(bits)[0]):0{kind.bit_width // 4}x}"
    if types.is_decimal(kind):
        return str(int(scalar.as_py().scaleb(kind.scale)))
    if types.is_interval(kind):
        return list(scalar.as_py())
    if types.is_temporal(kind):
        return scalar.value
    if types.is_struct(kind):
        return [[f.name, plain_scalar(scalar[k], f.type)] for k, f in enumerate(kind)]
    if types.is_map(kind):
        return [[plain_scalar(e[0], kind.key_type), plain_scalar(e[1], kind.item_type)] for e in scalar.values]
    if hasattr(scalar, "values"):
        return plain(scalar.values)
    value = scalar.as_py()
    return value.hex() if isinstance(value, bytes) else value


def array(values, kind):
    return pa.array(values, kind)


def numbers():
    columns = {}
    for bits in (8, 16, 32, 64):
        top = 2 ** (bits - 1)
        columns[f"int{bits}"] = array([0, None, -top, top - 1, -1], getattr(pa, f"int{bits}")())
        columns[f"uint{bits}"] = array([0, None, 2 * top - 1, 1, 2], getattr(pa, f"uint{bits}")())
    columns["float16"] = array(np.array([0, -0.0, np.nan, np.inf, 65504], np.float16), pa.float16())
    columns["float32"] = array([0.1, None, float("nan"), float("-inf"), 1e-45], pa.float32())
    columns["float64"] = array([0.1, None, float("nan"), -0.0, 5e-324], pa.float64())
    columns["bool"] = array([True, None, False, True, False], pa.bool_())
    columns["null"] = pa.nulls(5)
    for bits, precision in ((32, 9), (64, 18), (128, 38), (256, 76)):
        kind = getattr(pa, f"decimal{bits}")(precision, 3)
        most = D("9" * precision).scaleb(-3)
        columns[f"decimal{bits}"] = array([D("1.5"), None, most, -most, D("0.001")], kind)
    columns["negative_scale"] = array([D("1200"), None, D("-300"), D("0"), D("100")], pa.decimal128(5, -2))
    return columns


def times():
    columns = {
        "date32": array([0, None, -1, 2**31 - 1, 19000], pa.date32()),
        "date64": array([0, None, -86400000, 86400000, 1600000000 * 86400], pa.date64()),
        "interval": array([pa.MonthDayNano([1, 2, 3]), None, pa.MonthDayNano([-1, -2, -(2**62)]), pa.MonthDayNano([0, 0, 0]), pa.MonthDayNano([12, 31, 2**62])], pa.month_day_nano_interval()),
    }
    for unit in ("s", "ms", "us", "ns"):
        columns[f"timestamp_{unit}"] = array([0, None, -1, 2**62, 1700000000], pa.timestamp(unit))
        columns[f"timestamp_{unit}_utc"] = array([0, None, -1, 1700000000, 1], pa.timestamp(unit, "Europe/Berlin"))
        columns[f"duration_{unit}"] = array([0, None, -1, 2**62, 1], pa.duration(unit))
        columns[f"time_{unit}"] = array([0, None, 1, 2, 86399], pa.time32(unit) if unit in ("s", "ms") else pa.time64(unit))
    return columns


def bytes_and_text():
    texts = ["a", None, "", "größer 😀 und länger als zwölf", "zwölf Bytes"]
    blobs = [b"a", None, b"", bytes(range(40)), b"\0\xff"]
    columns = {"fixed": array([b"abc", None, b"\0\0\0", b"xyz", b"\xff\xff\xff"], pa.binary(3)), "fixed_0": array([b"", None, b"", b"", b""], pa.binary(0))}
    for name in ("string", "large_string", "string_view"):
        columns[name] = array(texts, getattr(pa, name)())
    for name in ("binary", "large_binary", "binary_view"):
        columns[name] = array(blobs, getattr(pa, name)())
    return columns


def nested():
    lists = [[1, None], None, [], [2, 3, 4], [5]]
    columns = {name: array(lists, getattr(pa, name)(pa.int16())) for name in ("list_", "large_list", "list_view", "large_list_view")}
    columns["fixed_list"] = array([[1, 2], None, [3, None], [4, 5], [6, 7]], pa.list_(pa.float32(), 2))
    columns["fixed_of_fixed"] = array([[[1, 2]], None, [[3, None]], [None], [[5, 6]]], pa.list_(pa.list_(pa.float16(), 2), 1))
    columns["lists_of_lists"] = array([[["a"], None], None, [], [["b", None], []], [["c"]]], pa.list_(pa.large_list(pa.string())))
    point = pa.struct([pa.field("x", pa.float64(), nullable=False), ("name", pa.string()), ("tags", pa.list_(pa.string()))])
    columns["struct"] = array([{"x": 1.0, "name": "a", "tags": ["t"]}, None, {"x": -0.0, "name": None, "tags": None}, {"x": 2.0, "name": "", "tags": []}, {"x": 3.0, "name": "e", "tags": [None]}], point)
    columns["struct_0"] = array([{}, None, {}, {}, {}], pa.struct([]))
    columns["map"] = array([[("a", 1), ("b", None)], None, [], [("c", 3)], [("d", 4)]], pa.map_(pa.string(), pa.int32()))
    columns["map_sorted"] = array([[(1, [1])], None, [], [(2, None), (3, [])], [(4, [4])]], pa.map_(pa.int8(), pa.list_(pa.int8()), keys_sorted=True))
    columns["list_of_null"] = array([[None, None], None, [], [None], []], pa.list_(pa.null()))
    return columns


def unions():
    children = [pa.array([1, None, 3, 4, 5], pa.int64()), pa.array(["a", "b", None, "d", "e"]), pa.nulls(5)]
    ids = pa.array([0, 5, 5, 9, 0], pa.int8())
    sparse = pa.UnionArray.from_sparse(ids, children, ["i", "s", "n"], [0, 5, 9])
    dense = pa.UnionArray.from_dense(ids, pa.array([1, 0, 2, 0, 4], pa.int32()), children, ["i", "s", "n"], [0, 5, 9])
    inner = pa.UnionArray.from_dense(pa.array([1, 0, 1, 1, 0], pa.int8()), pa.array([0, 0, 1, 2, 1], pa.int32()), [pa.array([1.5, 2.5]), pa.array([[1], [], None], pa.list_(pa.int8()))])
    return {"sparse": sparse, "dense": dense, "list_of_union": pa.ListArray.from_arrays(pa.array([0, 1, 1, 3, 4, 5], pa.int32()), inner), "empty_union": pa.UnionArray.from_dense(pa.array([0] * 5, pa.int8()), pa.array([0] * 5, pa.int32()), [pa.array([7])])}


def indirect():
    words = ["red", None, "green", "red", "blue"]
    columns = {}
    for bits in (8, 16, 32, 64):
        columns[f"by_int{bits}"] = pa.array(words).dictionary_encode().cast(pa.dictionary(getattr(pa, f"int{bits}")(), pa.string()))
        columns[f"by_uint{bits}"] = pa.array(words).dictionary_encode().cast(pa.dictionary(getattr(pa, f"uint{bits}")(), pa.string()))
        if bits > 8:
            ends = pa.array([2, 3, 5], getattr(pa, f"int{bits}")())
            columns[f"runs_int{bits}"] = pa.RunEndEncodedArray.from_arrays(ends, pa.array([0.5, None, -0.0]))
    columns["ordered"] = pa.DictionaryArray.from_arrays(pa.array([2, None, 0, 1, 2], pa.int8()), pa.array([10, None, 30]), ordered=True)
    columns["list_of_words"] = pa.ListArray.from_arrays(pa.array([0, 2, 2, 3, 4, 5], pa.int32()), columns["by_int8"])
    columns["struct_of_words"] = pa.StructArray.from_arrays([columns["by_int16"], columns["ordered"]], ["w", "o"])
    columns["structs_by_index"] = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 1, 0], pa.int32()), pa.array([{"a": 1, "b": ["x"]}, {"a": None, "b": None}]))
    columns["runs_of_words"] = pa.RunEndEncodedArray.from_arrays(pa.array([1, 4, 5], pa.int32()), pa.array([["a", "b"], None, []]))
    return columns


def with_metadata(columns):
    fields = [pa.field(name, value.type, metadata={"unit": "m", "größe": "😀", "": ""} if k % 2 == 0 else None) for k, (name, value) in enumerate(columns.items())]
    return pa.schema(fields, {"made by": "pyarrow", "empty": "", "ключ": "значение"})


def write(path, schema, batches, options=None, notes=None):
    with pa.OSFile(str(path.with_suffix(".arrow")), "wb") as sink, pa.ipc.new_stream(sink, schema, options=options or pa.ipc.IpcWriteOptions()) as writer:
        for k, batch in enumerate(batches):
            if notes:
                writer.write_batch(batch, custom_metadata=notes[k])
            else:
                writer.write_batch(batch)
    values = [[plain(c) for c in batch.columns] for batch in batches]
    path.with_suffix(".json").write_text(json.dumps({"rows": [b.num_rows for b in batches], "values": values}, ensure_ascii=False) + "\n", encoding="utf-8")


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    whole = {}
    for name, make in (("numbers", numbers), ("times", times), ("bytes_and_text", bytes_and_text), ("nested", nested), ("unions", unions), ("indirect", indirect)):
        columns = make()
        schema = with_metadata(columns)
        batch = pa.record_batch(list(columns.values()), schema=schema)
        batch.validate(full=True)
        whole[name] = batch
        write(folder / name, schema, [batch, batch.slice(1, 3), batch.slice(4, 1), batch.slice(2, 0)])
    write(folder / "legacy_framing", whole["nested"].schema, [whole["nested"], whole["nested"].slice(1, 2)], pa.ipc.IpcWriteOptions(use_legacy_format=True))
    write(folder / "metadata_v4", whole["bytes_and_text"].schema, [whole["bytes_and_text"]], pa.ipc.IpcWriteOptions(metadata_version=pa.ipc.MetadataVersion.V4))
    write(folder / "metadata_v4_indirect", whole["indirect"].schema, [whole["indirect"]], pa.ipc.IpcWriteOptions(metadata_version=pa.ipc.MetadataVersion.V4))
    write(folder / "message_metadata", whole["times"].schema, [whole["times"].slice(0, 1), whole["times"].slice(1, 1)], notes=[{"n": "1", "ü": "😀"}, None])
    write(folder / "no_columns", pa.schema([]), [pa.record_batch([], schema=pa.schema([]))])
    words = [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]]
    batches = [pa.record_batch([pa.DictionaryArray.from_arrays(pa.array([0, len(w) - 1, None], pa.int8()), pa.array(w))], ["w"]) for w in words]
    write(folder / "dictionary_deltas", batches[0].schema, batches, pa.ipc.IpcWriteOptions(emit_dictionary_deltas=True))
    write(folder / "dictionaries_replaced", batches[0].schema, batches)
    long = pa.record_batch([pa.array(list(range(1000)))], ["v"])
    for codec in ("lz4", "zstd"):
        with pa.OSFile(str(folder / f"body_{codec}.arrow"), "wb") as sink, pa.ipc.new_stream(sink, long.schema, options=pa.ipc.IpcWriteOptions(compression=codec)) as writer:
            writer.write_batch(long)


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
