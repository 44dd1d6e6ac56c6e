using System.Globalization;
using System.Text.Json;

namespace Strata.Rrd.Tests;

/// <summary>What we write, the real Rerun must accept.</summary>
public class RerunAcceptanceTests
{
    private const string ReadBack = """
        import json, sys
        import rerun as rr
        with rr.server.Server(datasets={"d": [sys.argv[1]]}) as server:
            dataset = server.client().get_dataset("d")
            table = dataset.segment_table().to_pandas()
            schema = [str(c.name) for c in dataset.arrow_schema()]
            rows = dataset.reader(index="real_time").to_pandas()
            column = "/derived/tracking_error:Scalars:scalars"
            print(json.dumps({
                "segments": table["rerun_segment_id"].tolist(),
                "chunks": int(table["rerun_num_chunks"][0]),
                "mean": [float(x) for x in table["property:tracking_error:mean"][0]],
                "rms": [float(x) for x in table["property:tracking_error:rms_per_joint"][0]],
                "good": [bool(x) for x in table["property:tracking_error:good"][0]],
                "schema": schema,
                "times": [int(x) for x in rows["real_time"].astype("datetime64[ns]").astype("int64")],
                "errors": [float(x[0]) for x in rows[column]],
            }))
        """;

    public static TheoryData<bool> Compressions => [true, false];

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task Rerun_verifies_what_we_write(bool useLz4)
    {
        using var file = new TemporaryFile(SampleLayer.Write(WriterProfile.V1 with { UseLz4 = useLz4 }));
        var output = await RerunSdk.RerunAsync("rrd", "verify", file.Path);
        output.ShouldContain("verified without error", Case.Insensitive);
    }

    [Theory]
    [MemberData(nameof(Compressions))]
    public async Task Reruns_server_loads_what_we_write_by_our_manifest(bool useLz4)
    {
        using var file = new TemporaryFile(SampleLayer.Write(WriterProfile.V1 with { UseLz4 = useLz4 }));
        var output = await RerunSdk.PythonAsync(ReadBack, file.Path);
        var answer = JsonDocument.Parse(output.Split('\n').First(line => line.StartsWith('{'))).RootElement;
        answer.GetProperty("segments")[0].GetString().ShouldBe(SampleLayer.Store.RecordingId);
        answer.GetProperty("chunks").GetInt32().ShouldBe(3);
        answer.GetProperty("mean")[0].GetDouble().ShouldBe(0.25);
        answer.GetProperty("good")[0].GetBoolean().ShouldBeTrue();
        answer.GetProperty("rms").EnumerateArray().Select(value => value.GetDouble()).ShouldBe([0.5, 0.125, 2]);
        answer.GetProperty("schema").EnumerateArray().Select(name => name.GetString()).ShouldContain("/derived/tracking_error:strata:provenance");
        answer.GetProperty("errors").EnumerateArray().Select(value => value.GetDouble()).ShouldBe(Enumerable.Range(0, SampleLayer.Rows).Select(SampleLayer.Error));
        answer.GetProperty("times").EnumerateArray().Select(value => value.GetInt64())
            .ShouldBe(Enumerable.Range(0, SampleLayer.Rows).Select(row => SampleLayer.FirstTimeNs + (row * SampleLayer.StepNs)));
    }

    [Fact]
    public async Task Rerun_finds_no_difference_between_its_recording_and_our_copy_of_it()
    {
        var original = SharedRecordings.Files("sdk/sample_5").First();
        var bytes = await File.ReadAllBytesAsync(original, TestContext.Current.CancellationToken);
        var reader = await Recording.OpenAsync(bytes);
        using var copy = new TemporaryFile(await CopyAsync(reader));
        await RerunSdk.RerunAsync("rrd", "verify", copy.Path);
        var output = await RerunSdk.RerunAsync("rrd", "compare", "--unordered", original, copy.Path);
        output.ShouldNotContain("error", Case.Insensitive, string.Create(CultureInfo.InvariantCulture, $"{output}"));
    }

    [Theory]
    [InlineData("sdk/features")]
    [InlineData("sdk/versions")]
    [InlineData("sdk/joint_layouts")]
    public async Task Rerun_verifies_our_copies_of_all_its_recordings(string folder)
    {
        var copies = new List<TemporaryFile>();
        try
        {
            // The program calls a recording without chunks an error, also the SDK's own.
            foreach (var file in SharedRecordings.Files(folder).Where(file => Path.GetFileName(file) != "empty_no_properties.rrd"))
            {
                copies.Add(new TemporaryFile(await CopyAsync(await Recording.OpenAsync(await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken)))));
            }
            (await RerunSdk.RerunAsync(["rrd", "verify", .. copies.Select(copy => copy.Path)])).ShouldContain("verified without error", Case.Insensitive);
        }
        finally
        {
            copies.ForEach(copy => copy.Dispose());
        }
    }

    private static async Task<byte[]> CopyAsync(RrdReader reader)
    {
        using var stream = new MemoryStream();
        var writer = new RrdStreamWriter(stream, WriterProfile.V1);
        foreach (var store in reader.Contents.Stores)
        {
            await writer.SetStoreInfoAsync(store.Id, StoreSource.Other("copy"), new Tuid(1, 1), TestContext.Current.CancellationToken);
            await foreach (var chunk in reader.ReadChunksAsync(store, TestContext.Current.CancellationToken))
            {
                // Chunks of 0.23 that held indicators only have nothing left to write.
                if (chunk.Components.Count > 0)
                {
                    await writer.WriteChunkAsync(store.Id, chunk, TestContext.Current.CancellationToken);
                }
            }
        }
        (await writer.FinishAsync(TestContext.Current.CancellationToken)).ShouldBeNull();
        return stream.ToArray();
    }
}
