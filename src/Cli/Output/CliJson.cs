using System.Text.Json.Serialization;
using Strata.Rrd.Editing;

namespace Strata.Cli;

/// <summary>What the command line prints that is not a response as it stands.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(IReadOnlyList<RegisterLine>))]
[JsonSerializable(typeof(IReadOnlyList<RrdReport>))]
[JsonSerializable(typeof(IReadOnlyList<RrdTransportReport>))]
[JsonSerializable(typeof(IReadOnlyList<RrdEditSummary>))]
[JsonSerializable(typeof(IReadOnlyList<RecordingDifference>))]
[JsonSerializable(typeof(IReadOnlyList<RrdSplitLine>))]
[JsonSerializable(typeof(RrdRecoverySummary))]
[JsonSerializable(typeof(IReadOnlyList<RrdDoctorReport>))]
[JsonSerializable(typeof(LogFileSummary))]
[JsonSerializable(typeof(BackupManifest))]
[JsonSerializable(typeof(AdoptionReport))]
[JsonSerializable(typeof(TokenLine))]
[JsonSerializable(typeof(OpenLine))]
[JsonSerializable(typeof(IReadOnlyList<SpoolLine>))]
[JsonSerializable(typeof(SimulationSummary))]
[JsonSerializable(typeof(DeriverCheck))]
[JsonSerializable(typeof(NewDeriver))]
internal sealed partial class CliJson : JsonSerializerContext;
