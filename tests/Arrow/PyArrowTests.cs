using System.Buffers;
using Strata.Arrow.Tests.Support;

namespace Strata.Arrow.Tests;

/// <summary>Streams exchanged with pyarrow, an implementation of its own. One Python process a test: starting one costs more than all comparisons.</summary>
public sealed class PyArrowTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-arrow-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_golden_stream_of_the_real_SDK_is_read_and_written_again_without_a_change()
    {
        foreach (string file in GoldenFiles())
        {
            (Schema schema, IReadOnlyList<RecordBatch> batches) = ReadAll(file);
            byte[] again = Write(schema, batches);
            (Schema schemaAgain, IReadOnlyList<RecordBatch> batchesAgain) = ReadAll(again);
            schemaAgain.ShouldBe(schema, file);
            batchesAgain.Count.ShouldBe(batches.Count, file);
            for (int k = 0; k < batches.Count; k++)
                ArrayEquality.ValuesEqual(batchesAgain[k], batches[k]).ShouldBeTrue(file);
        }
    }

    [Fact]
    public async Task Golden_streams_that_we_write_again_are_the_same_to_pyarrow()
    {
        string[] golden = GoldenFiles();
        string[] ours = new string[golden.Length];
        for (int k = 0; k < golden.Length; k++)
        {
            (Schema schema, IReadOnlyList<RecordBatch> batches) = ReadAll(golden[k]);
            ours[k] = Path.Combine(_folder, $"{k}.arrow");
            await File.WriteAllBytesAsync(ours[k], Write(schema, batches), TestContext.Current.CancellationToken);
        }

        string list = Path.Combine(_folder, "pairs.txt");
        await File.WriteAllLinesAsync(list, golden.Zip(ours, (a, b) => $"{a}\t{b}"), TestContext.Current.CancellationToken);
        string output = await TestFiles.Python(
            """
            import sys, pyarrow as pa
            def read(path):
                with pa.OSFile(path) as f:
                    return pa.ipc.open_stream(f).read_all()
            same = 0
            for line in open(sys.argv[1], encoding="utf-8"):
                a, b = (read(path) for path in line.rstrip("\n").split("\t"))
                b.validate(full=True)
                assert a.schema.equals(b.schema, check_metadata=True), line
                for name, x, y in zip(a.column_names, a.columns, b.columns):
                    # equals() holds NaN different from NaN, their texts are the same
                    assert x.equals(y) or repr(x.to_pylist()) == repr(y.to_pylist()), (line, name)
                same += 1
            print(same)
            """,
            list);
        int.Parse(output, System.Globalization.CultureInfo.InvariantCulture).ShouldBe(golden.Length);
    }

    [Fact]
    public async Task Every_type_goes_through_pyarrow_and_comes_back_with_the_same_values()
    {
        RecordBatch batch = Samples.Batch([.. Samples.EveryType()]);
        string ours = Path.Combine(_folder, "ours.arrow");
        string theirs = Path.Combine(_folder, "theirs.arrow");
        string old = Path.Combine(_folder, "old.arrow");
        await File.WriteAllBytesAsync(ours, batch.ToIpcStream(), TestContext.Current.CancellationToken);
        string output = await TestFiles.Python(
            """
            import sys, pyarrow as pa
            with pa.OSFile(sys.argv[1]) as f:
                table = pa.ipc.open_stream(f).read_all()
            table.validate(full=True)
            for path, options in ((sys.argv[2], pa.ipc.IpcWriteOptions()),
                                  (sys.argv[3], pa.ipc.IpcWriteOptions(use_legacy_format=True))):
                with pa.OSFile(path, "wb") as f, pa.ipc.new_stream(f, table.schema, options=options) as writer:
                    writer.write_table(table)
                    writer.write_table(table.slice(1, 3))
            for name in ("int64", "utf8", "list", "fixed_list", "struct", "dictionary", "dense", "sparse", "views", "runs", "list_view", "decimal", "map"):
                print(name, table[name].to_pylist())
            """,
            ours,
            theirs,
            old);
        foreach (string file in new[] { theirs, old })
        {
            IReadOnlyList<RecordBatch> batches = ReadAll(file).Batches;
            batches.Count.ShouldBe(2);
            for (int k = 0; k < batch.ColumnCount; k++)
            {
                string name = batch.Schema.GetFieldByIndex(k).Name;
                ArrayEquality.ValuesEqual(batches[0].Column(k), batch.Column(k)).ShouldBeTrue(name);
                ArrayEquality.ValuesEqual(batches[1].Column(k), batch.Column(k).Slice(1, 3)).ShouldBeTrue(name);
            }
        }

        output.ReplaceLineEndings("\n").TrimEnd().ShouldBe(
            """
            int64 [1, None, -3, 4, -9223372036854775808]
            utf8 ['a', None, '', 'größer', '😀 three']
            list [[0.5, None], None, [2.5], [3.5, 4.5], []]
            fixed_list [[1.0, 2.0], [3.0, 4.0], None, [7.0, 8.0], [9.0, 10.0]]
            struct [{'x': 1.0, 'name': 'a'}, {'x': 2.0, 'name': None}, None, {'x': 4.0, 'name': 'd'}, {'x': 5.0, 'name': 'e'}]
            dictionary ['green', None, 'red', 'blue', 'green']
            dense [7, None, 'x', None, 'y']
            sparse [True, None, 9, False, True]
            views ['short', None, 'a text of more than twelve bytes', 'ü', '']
            runs ['a', 'a', None, 'b', 'b']
            list_view [[4], [1, 2], [], [2, 3, 4], [3, 4]]
            decimal [Decimal('1.23'), Decimal('-0.45'), Decimal('0.00'), Decimal('999999.99'), Decimal('0.01')]
            map [[('a', 1)], [], [('b', None), ('c', 3)], [], []]
            """.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task What_only_pyarrow_makes_is_read_value_for_value()
    {
        string stream = Path.Combine(_folder, "pyarrow.arrow");
        string again = Path.Combine(_folder, "again.arrow");
        const string Make =
            """
            import sys, decimal, datetime, pyarrow as pa
            D = decimal.Decimal
            def table():
                words = pa.array(["b", "a", None, "b"]).dictionary_encode()
                return pa.table({
                    "large_utf8": pa.array(["x", None, "ü", ""], pa.large_utf8()),
                    "large_binary": pa.array([b"x", None, b"\0\1", b""], pa.large_binary()),
                    "binary_view": pa.array([b"x", None, b"0123456789abcdef", b""], pa.binary_view()),
                    "decimal32": pa.array([D("1.5"), None, D("-2.5"), D("0.1")], pa.decimal32(5, 1)),
                    "decimal64": pa.array([D("1.5"), None, D("-2.5"), D("0.1")], pa.decimal64(12, 1)),
                    "decimal256": pa.array([D("1e40"), None, D("-2.5"), D("0.1")], pa.decimal256(60, 3)),
                    "time32": pa.array([1, None, 3, 4], pa.time32("ms")),
                    "time64": pa.array([1, None, 3, 4], pa.time64("us")),
                    "dictionary": words,
                    "list_of_dictionary": pa.ListArray.from_arrays([0, 1, 1, 3, 4], words),
                    "large_list_view": pa.array([[1], None, [2, 3], []], pa.large_list_view(pa.int16())),
                    "fixed_of_fixed": pa.array([[[1, 2]], None, [[3, None]], [[5, 6]]], pa.list_(pa.list_(pa.float32(), 2), 1)),
                    "no_fields": pa.array([{}, None, {}, {}], pa.struct([])),
                    "interval": pa.array([pa.MonthDayNano([1, 2, 3])] * 4),
                    "int64_runs": pa.RunEndEncodedArray.from_arrays(pa.array([1, 4], pa.int64()), pa.array([0.5, None])),
                    "last": pa.array([1, 2, 3, 4], pa.uint8()),
                })
            """;
        await TestFiles.Python(
            Make + "\n" +
            """
            t = table()
            with pa.OSFile(sys.argv[1], "wb") as f, pa.ipc.new_stream(f, t.schema) as writer:
                writer.write_table(t)
                writer.write_table(t.slice(1, 2))
                writer.write_batch(t.to_batches()[0].slice(0, 0))
            """,
            stream);
        (Schema schema, IReadOnlyList<RecordBatch> batches) = ReadAll(stream);
        ((LargeStringArray)batches[0].Column("large_utf8")).GetString(2).ShouldBe("ü");
        ((LargeBinaryArray)batches[0].Column("large_binary")).GetBytes(2).ToArray().ShouldBe([0, 1]);
        ((BinaryViewArray)batches[0].Column("binary_view")).GetBytes(2).Length.ShouldBe(16);
        ((Decimal256Array)batches[0].Column("decimal256")).GetString(0).ShouldBe("10000000000000000000000000000000000000000.000");
        ((Decimal32Array)batches[0].Column("decimal32")).GetRaw(2).ShouldBe(-25);
        ((UInt8Array)batches[0].Column("last")).Values.ToArray().ShouldBe([1, 2, 3, 4]);
        ((UInt8Array)batches[1].Column("last")).Values.ToArray().ShouldBe([2, 3]);
        ((DictionaryArray)batches[1].Column("dictionary")).NullCount.ShouldBe(1);
        batches[2].Length.ShouldBe(0);
        await File.WriteAllBytesAsync(again, Write(schema, batches), TestContext.Current.CancellationToken);
        await TestFiles.Python(
            Make + "\n" +
            """
            with pa.OSFile(sys.argv[1]) as f:
                back = pa.ipc.open_stream(f).read_all()
            back.validate(full=True)
            t = table()
            expected = pa.concat_tables([t, t.slice(1, 2)])
            assert back.schema.equals(expected.schema)
            for name in expected.column_names:
                assert back[name].to_pylist() == expected[name].to_pylist(), (name, back[name], expected[name])
            """,
            again);
    }

    [Fact]
    public async Task Delta_and_replaced_dictionaries_are_followed()
    {
        string delta = Path.Combine(_folder, "delta.arrow");
        string replaced = Path.Combine(_folder, "replaced.arrow");
        await TestFiles.Python(
            """
            import sys, pyarrow as pa
            words = [["a", "b"], ["a", "b", "c"], ["a", "b", "c", "d"]]
            batches = [pa.record_batch([pa.DictionaryArray.from_arrays(pa.array([0, len(w) - 1], pa.int8()), pa.array(w))], ["w"]) for w in words]
            for path, deltas in ((sys.argv[1], True), (sys.argv[2], False)):
                with pa.OSFile(path, "wb") as f, pa.ipc.new_stream(f, batches[0].schema, options=pa.ipc.IpcWriteOptions(emit_dictionary_deltas=deltas)) as writer:
                    for batch in batches:
                        writer.write_batch(batch)
            """,
            delta,
            replaced);
        foreach (string file in new[] { delta, replaced })
        {
            string[] last = [.. ReadAll(file).Batches.Select(b => (DictionaryArray)b.Column(0)).Select(d => ((StringArray)d.Dictionary).GetString(d.GetIndex(1))!)];
            last.ShouldBe(["b", "c", "d"], file);
            byte[] stream = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
            for (int at = 0; at < stream.Length; at++)
            {
                stream[at] ^= 0xFF;
                HostileBytesTests.ReadToTheLastValue(stream);
                stream[at] ^= 0xFF;
            }
        }
    }

    [Fact]
    public async Task Metadata_that_we_write_with_a_message_is_read_by_pyarrow()
    {
        string ours = Path.Combine(_folder, "ours.arrow");
        RecordBatch batch = Samples.Batch(("v", Int64Array.From([1, 2])));
        var output = new ArrayBufferWriter<byte>();
        var writer = new ArrowStreamWriter(output, batch.Schema);
        writer.WriteRecordBatch(batch, new Dictionary<string, string> { ["ü"] = "😀", ["a"] = "" });
        writer.WriteRecordBatch(batch);
        writer.WriteEnd();
        await File.WriteAllBytesAsync(ours, output.WrittenMemory, TestContext.Current.CancellationToken);
        string read = await TestFiles.Python(
            """
            import sys, pyarrow as pa
            with pa.OSFile(sys.argv[1]) as f:
                reader = pa.ipc.open_stream(f)
                for _ in range(2):
                    batch, metadata = reader.read_next_batch_with_custom_metadata()
                    print(batch["v"].to_pylist(), metadata and {k.decode(): v.decode() for k, v in sorted(metadata.items())})
            """,
            ours);
        read.ReplaceLineEndings("\n").TrimEnd().ShouldBe("[1, 2] {'a': '', 'ü': '😀'}\n[1, 2] None");
    }

    [Fact]
    public async Task The_golden_streams_are_what_pyarrow_makes_today()
    {
        string script = Path.Combine(TestFiles.PyArrowGolden(), "..", "make", "make_golden.py");
        await TestFiles.Python("import runpy, sys; sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')", script, _folder);
        foreach (string values in Directory.GetFiles(TestFiles.PyArrowGolden(), "*.json"))
            (await File.ReadAllTextAsync(Path.Combine(_folder, Path.GetFileName(values)), TestContext.Current.CancellationToken)).ShouldBe(await File.ReadAllTextAsync(values, TestContext.Current.CancellationToken), values);
    }

    private static string[] GoldenFiles()
    {
        string[] files = Directory.GetFiles(TestFiles.Golden(), "*.arrow", SearchOption.AllDirectories);
        files.Length.ShouldBeGreaterThan(50);
        return [.. files, .. Directory.GetFiles(TestFiles.PyArrowGolden(), "*.arrow").Where(f => !Path.GetFileName(f).StartsWith("body_", StringComparison.Ordinal))];
    }

    private static (Schema Schema, IReadOnlyList<RecordBatch> Batches) ReadAll(string file) => ReadAll(File.ReadAllBytes(file));

    private static (Schema Schema, IReadOnlyList<RecordBatch> Batches) ReadAll(byte[] stream)
    {
        var reader = new ArrowStreamReader(stream);
        return (reader.Schema, reader.ReadAll());
    }

    private static byte[] Write(Schema schema, IReadOnlyList<RecordBatch> batches)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ArrowStreamWriter(output, schema);
        foreach (RecordBatch batch in batches)
            writer.WriteRecordBatch(batch);
        writer.WriteEnd();
        return output.WrittenSpan.ToArray();
    }
}
