using Strata.Rrd.Building;

namespace Strata.Rrd.Tests.Building;

/// <summary>A recording made in memory by a few calls.</summary>
internal static class Built
{
    public static CancellationToken Token => TestContext.Current.CancellationToken;

    public static RecordingOptions Options => new()
    {
        ApplicationId = "rerun_example_builder",
        RecordingId = "builder_1",
        Ids = TuidSequence.StartingAt(new Tuid(0x18B0AA9FA7000000, 7)),
    };

    public static async Task<byte[]> WriteAsync(Func<RecordingBuilder, Task> send, RecordingOptions? options = null)
    {
        using var stream = new MemoryStream();
        var recording = await RecordingBuilder.StartAsync(stream, options ?? Options, Token);
        await send(recording);
        (await recording.FinishAsync(Token)).ShouldBeNull();
        recording.Position.ShouldBe(stream.Length);
        return stream.ToArray();
    }

    public static async Task<List<Chunk>> ChunksAsync(byte[] bytes)
    {
        var reader = await Recording.OpenAsync(bytes);
        reader.Contents.Findings.ShouldBeEmpty();
        reader.Contents.UsedFooter.ShouldBeTrue();
        return await reader.ChunksAsync();
    }
}
