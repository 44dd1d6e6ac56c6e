using Strata.Rrd.Editing;

namespace RecordingSamples;

public static class EditRecordings
{
    public static async Task WithoutCameraAsync(string source, string target, CancellationToken cancellationToken)
    {
        var rules = new FilterRules(Timelines: new HashSet<string> { "frame" }, Entities: ["/camera/**"]);
        await using var output = File.Create(target);
        var report = await RecordingFilter.RunAsync([RecordingInput.OfFile(source, source)], output, rules, new EditingOptions(), cancellationToken);
        Console.WriteLine($"{report.ChunksRead} chunks read, {report.ChunksWritten} written");
    }
}
