using Google.Protobuf;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;
using Strata.Rrd.Tests;

namespace Strata.Catalog.Tests;

/// <summary>Tables on the wire against another implementation of Arrow and of LZ4.</summary>
public sealed class PyArrowPartsTests
{
    private const int Rows = 3_000;

    [Fact]
    public async Task PyArrow_reads_what_we_write_and_we_read_what_it_writes()
    {
        var folder = Directory.CreateTempSubdirectory("strata-parts-");
        try
        {
            var schema = new Arrow.Schema([new Field("name", StringType.Default, true), new Field("value", DoubleType.Default, false, new Dictionary<string, string> { ["rerun:kind"] = "data" })]);
            var table = new RecordBatch(
                schema, [StringArray.From([.. Enumerable.Range(0, Rows).Select(i => i % 3 == 0 ? null : $"row {i}")]), DoubleArray.From([.. Enumerable.Range(0, Rows).Select(i => i / 7.0)])], Rows);
            var part = table.ToPart();
            part.Compression.ShouldBe(Compression.Lz4);
            var (ours, theirs) = (Path.Combine(folder.FullName, "ours"), Path.Combine(folder.FullName, "theirs"));
            await File.WriteAllBytesAsync(ours, part.Payload.ToByteArray(), TestContext.Current.CancellationToken);

            var printed = await RerunSdk.PythonAsync(
                """
                import sys
                import pyarrow as pa
                ours, theirs, size = sys.argv[1], sys.argv[2], int(sys.argv[3])
                codec = pa.Codec("lz4_raw")
                table = pa.ipc.open_stream(codec.decompress(open(ours, "rb").read(), decompressed_size=size)).read_all()
                sink = pa.BufferOutputStream()
                with pa.ipc.new_stream(sink, table.schema) as writer:
                    writer.write_batch(table.combine_chunks().to_batches()[0])
                stream = sink.getvalue()
                open(theirs, "wb").write(codec.compress(stream))
                print(table.num_rows, table["name"].null_count, table.schema.field("value").metadata[b"rerun:kind"].decode(), table.schema.field("value").nullable, stream.size)
                """,
                ours,
                theirs,
                $"{part.UncompressedSize}");

            var words = printed.Trim().Split(' ');
            words[..4].ShouldBe([$"{Rows}", $"{Rows / 3}", "data", "False"]);
            var back = new DataframePart
            {
                EncoderVersion = EncoderVersion.V0,
                Compression = Compression.Lz4,
                Payload = ByteString.CopyFrom(await File.ReadAllBytesAsync(theirs, TestContext.Current.CancellationToken)),
                UncompressedSize = ulong.Parse(words[4], System.Globalization.CultureInfo.InvariantCulture),
            }.ToBatch("answer");
            back.ToIpcStream().ShouldBe(table.ToIpcStream());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }
}
