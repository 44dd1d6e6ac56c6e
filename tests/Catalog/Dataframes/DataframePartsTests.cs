using Google.Protobuf;
using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Tests;

public sealed class DataframePartsTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    [InlineData(5_000)]
    public void A_table_comes_back_as_it_went(int rows)
    {
        var table = Table(rows);
        var part = DataframePart.Parser.ParseFrom(table.ToPart().ToByteString());

        part.ToBatch("answer").ToIpcStream().ShouldBe(table.ToIpcStream());
        part.UncompressedSize.ShouldBe((ulong)table.ToIpcStream().Length);
        part.Compression.ShouldBe(rows > 1_000 ? Compression.Lz4 : Compression.None);
    }

    [Fact]
    public void A_table_without_rows_tells_its_columns()
    {
        var schema = Table(1).Schema;
        var batch = schema.ToEmptyPart().ToBatch("answer");
        (batch.Length, batch.Schema).ShouldBe((0, schema));
    }

    [Fact]
    public void What_the_real_server_sent_is_read()
    {
        var call = Replay.WireScenario.Load("0.41.0", "connect").Calls.First(c => c.Method == "ScanTable");
        var answer = ScanTableResponse.Parser.ParseFrom(call.Answers![^1]);
        answer.DataframePart.ToBatch("answer").Schema.FieldsList.Select(f => f.Name).ShouldBe(["id", "name", "entry_kind", "created_at", "updated_at"]);
    }

    public static TheoryData<string, string> Damages => new()
    {
        { "no version", "encoder version 1, found 0" },
        { "unknown compression", "found 7" },
        { "size too large", "found a claim of" },
        { "size too small", "LZ4" },
        { "block cut", "LZ4" },
        { "no arrow", "an Arrow IPC stream" },
        { "no batch", "an Arrow IPC stream" },
    };

    [Theory]
    [MemberData(nameof(Damages))]
    public void A_damaged_table_is_refused_by_its_name_and_reason(string damage, string reason)
    {
        var part = Table(5_000).ToPart();
        switch (damage)
        {
            case "no version":
                part.EncoderVersion = EncoderVersion.Unspecified;
                break;
            case "unknown compression":
                part.Compression = (Compression)7;
                break;
            case "size too large":
                part.UncompressedSize = ulong.MaxValue;
                break;
            case "size too small":
                part.UncompressedSize -= 1;
                break;
            case "block cut":
                part.Payload = ByteString.CopyFrom(part.Payload.Span[..^3]);
                break;
            case "no arrow":
                (part.Compression, part.Payload) = (Compression.None, ByteString.CopyFromUtf8("no arrow at all"));
                break;
            default:
                (part.Compression, part.Payload) = (Compression.None, Table(0).Schema.ToMessage().ArrowSchema);
                break;
        }

        var refusal = Should.Throw<CatalogException>(() => part.ToBatch("X.chunk_infos"));
        refusal.Code.ShouldBe(StatusCode.InvalidArgument);
        refusal.Message.ShouldStartWith("X.chunk_infos: ");
        refusal.Message.ShouldContain(reason);
    }

    private static RecordBatch Table(int rows)
    {
        var fields = new Arrow.Schema([new Field("name", StringType.Default, true, new Dictionary<string, string> { ["rerun:kind"] = "data" }), new Field("value", Int64Type.Default, false)]);
        return new(
            fields,
            [StringArray.From([.. Enumerable.Range(0, rows).Select(i => i % 7 == 0 ? null : $"row {i % 10}")]), Int64Array.From([.. Enumerable.Range(0, rows).Select(i => (long)i)])],
            rows);
    }
}
