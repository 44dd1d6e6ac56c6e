using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strata.Bench;

/// <summary>Who was measured.</summary>
internal enum Side
{
    Strata,

    /// <summary>Rerun's own open server, driven by its own client.</summary>
    Peer,
}

/// <summary>One raw number.</summary>
/// <param name="Case">What was measured, in words; the same for both sides.</param>
/// <param name="Run">From 1; 0 for a number that does not vary.</param>
internal sealed record Sample(string Case, Side Side, int Run, double Value, string Unit);

/// <summary>Which machine and program the samples below it belong to.</summary>
internal sealed record RunHeader(
    DateTimeOffset At, string Commit, bool Quick, string Cpu, int Cores, long MemoryMb, string Disk, string Os, string Dotnet, string? Peer, double LoadAtStart);

/// <summary>Raw samples as JSON lines: a header, then a line a sample, each written at once so that a run that is cut keeps what it has.</summary>
internal sealed class ResultFile : IDisposable
{
    private readonly StreamWriter _writer;
    private readonly List<Sample> _samples = [];

    public ResultFile(string path, RunHeader header)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        _writer = new StreamWriter(path, append: false) { AutoFlush = true, NewLine = "\n" };
        _writer.WriteLine(JsonSerializer.Serialize(header, ResultJson.Default.RunHeader));
    }

    public IReadOnlyList<Sample> Samples => _samples;

    public void Add(Sample sample)
    {
        _samples.Add(sample);
        _writer.WriteLine(JsonSerializer.Serialize(sample, ResultJson.Default.Sample));
    }

    public void Dispose() => _writer.Dispose();
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, UseStringEnumConverter = true)]
[JsonSerializable(typeof(Sample))]
[JsonSerializable(typeof(RunHeader))]
internal sealed partial class ResultJson : JsonSerializerContext;
