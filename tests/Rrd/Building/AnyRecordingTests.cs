using FsCheck;
using FsCheck.Fluent;

namespace Strata.Rrd.Tests.Building;

/// <summary>Whatever is sent comes back, by the footer and by a scan of the stream.</summary>
public class AnyRecordingTests
{
    private static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(500);

    [Fact]
    public void Any_recording_is_read_as_it_was_built() => Prop.ForAll<int>(async seed =>
    {
        var recording = new AnyRecording(seed);
        var bytes = await Built.WriteAsync(recording.SendAsync, Built.Options with { Profile = WriterProfile.V1 with { UseLz4 = seed % 2 == 0 } });
        var byFooter = await Built.ChunksAsync(bytes);
        var byScan = new List<Chunk>();
        var contents = await RrdReader.ScanAsync(new MemoryStream(bytes), stored =>
        {
            byScan.Add(stored.Chunk);
            return ValueTask.CompletedTask;
        }, Built.Token);
        return contents.Findings.Count == 0 && IsRead(recording, byFooter) && IsRead(recording, byScan);
    }).Check(Many);

    private static bool IsRead(AnyRecording recording, List<Chunk> chunks) =>
        chunks.Count == recording.Calls.Count && recording.Calls.Zip(chunks).All(pair => pair.First.IsSaidBy(pair.Second));
}
