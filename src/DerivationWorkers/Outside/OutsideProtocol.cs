using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strata.DerivationWorkers;

/// <summary>What an outside deriver is asked: <c>job.json</c>, also on its stdin, or a message. Source: docs/outside-job.schema.json.</summary>
/// <param name="Protocol">Raised when a member changes its meaning; members may be added without.</param>
/// <param name="RecordingId">Which the answer must carry: the segment's.</param>
/// <param name="ApplicationId">Which the answer must carry: that of the first input.</param>
/// <param name="Outputs">Entity paths at or below which the answer may write.</param>
/// <param name="AnswerPath">Where the answer is to be written, absolute.</param>
public sealed record OutsideJob(
    int Protocol,
    string JobId,
    string Deriver,
    int Version,
    string Dataset,
    string Segment,
    string Rule,
    int Revision,
    JsonElement Parameters,
    string OutputLayer,
    string RecordingId,
    string ApplicationId,
    IReadOnlyList<string> Outputs,
    IReadOnlyList<OutsideJobInput> Inputs,
    string AnswerPath,
    OutsideJobLimits Limits)
{
    public const int CurrentProtocol = 1;
}

/// <param name="Path">An absolute path of a copy that lasts as long as the job; null: there is none, and <paramref name="Url"/> is read by HTTP.</param>
/// <param name="RecordingId">Of the recording in the file that is meant; it may hold others.</param>
public sealed record OutsideJobInput(
    string Layer, [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Path, string Url, string Fingerprint, long SizeBytes, string RecordingId, string ApplicationId);

public sealed record OutsideJobLimits(double TimeSeconds, long MemoryBytes, long AnswerBytes);

/// <summary>What an outside deriver may say on stdout; nothing at all is an answer in its file. Source: docs/outside-answer.schema.json.</summary>
/// <param name="Skipped">Why it derives nothing, in words for a person.</param>
/// <param name="Outcome"><c>derived</c> (also when it is left out) or <c>review</c>: a person should look.</param>
/// <param name="RowsDropped">By reason: lower-case words joined by underscores.</param>
public sealed record OutsideReply(string? Skipped = null, string? Outcome = null, long? RowsUsed = null, IReadOnlyDictionary<string, long>? RowsDropped = null);

/// <summary>What a worker at a queue may say in JSON in the place of a recording: as <see cref="OutsideReply"/>, or that it failed. Source: docs/outside-queue-answer.schema.json.</summary>
/// <param name="Failed">Why there is no answer, in words for a person.</param>
/// <param name="TryAgain">The cause will pass.</param>
/// <param name="Log">For people; its end stands in the evaluation when it fails.</param>
public sealed record QueueReply(
    string? Skipped = null, string? Outcome = null, long? RowsUsed = null, IReadOnlyDictionary<string, long>? RowsDropped = null, string? Failed = null, bool TryAgain = false, string? Log = null);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, AllowDuplicateProperties = false)]
[JsonSerializable(typeof(OutsideJob))]
[JsonSerializable(typeof(OutsideReply))]
[JsonSerializable(typeof(QueueReply))]
public sealed partial class OutsideJson : JsonSerializerContext;
