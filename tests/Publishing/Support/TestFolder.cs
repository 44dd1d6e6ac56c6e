using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>A folder of one test, with recordings in it and a spool.</summary>
internal sealed class TestFolder : IDisposable
{
    public const string Robot = "guest";
    public const string Dataset = "arms";

    public string Path { get; } = Directory.CreateTempSubdirectory("strata-publishing-").FullName;

    public string SpoolFolder => System.IO.Path.Combine(Path, "spool");

    public static byte[] WholeRecording => File.ReadAllBytes(System.IO.Path.Combine(AppContext.BaseDirectory, "Fixtures", "F1.rrd"));

    public string In(string name) => System.IO.Path.Combine(Path, name);

    public RobotSpool Open(TimeProvider? time = null, ISpoolDisk? disk = null) => RobotSpool.Open(SpoolFolder, time ?? TimeProvider.System, disk ?? new SpoolDisk());

    /// <summary>Bytes that no other file has.</summary>
    public string WriteFile(string name, int sizeBytes = 10_000)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(In(name))!);
        File.WriteAllBytes(In(name), RandomNumberGenerator.GetBytes(sizeBytes));
        return In(name);
    }

    public static NewRecording New(string path) => new(Robot, Dataset, "base", path, null);

    public static RecordingAnswered Answer(SpooledRecording recording, string outcome, string? reason = null) =>
        new(recording.MessageId, recording.Robot, recording.Dataset, recording.Layer, outcome, "episode_7", outcome == RecordingOutcomes.Quarantined ? null : 12, reason, null);

    public IEnumerable<string> HeldFiles => Directory.EnumerateFiles(System.IO.Path.Combine(SpoolFolder, "files"));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
