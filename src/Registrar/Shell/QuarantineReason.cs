using Strata.Contracts;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Registrar;

/// <summary>Which of the closed list of reasons a finding is.</summary>
internal static class QuarantineReason
{
    /// <summary>Findings that cost no data: the rest of the file is used as it is.</summary>
    private static readonly HashSet<string> Harmless = new(StringComparer.Ordinal)
    {
        RrdRules.UnknownKind,
        RrdRules.TrailingBytes,
        RrdRules.Footer,
        RrdRules.FooterChecksum,
        RrdRules.Manifest,
        RrdRules.SchemaHash,
        RrdRules.Concatenated,
        RrdRules.StoreInfo,
        RrdRules.DuplicateChunk,
        RrdRules.NewerVersion,
        RrdRules.FalselySorted,
    };

    /// <returns>The first thing that stands against registering the file, or null.</returns>
    public static (string Reason, string Detail, long? Offset)? Of(FileFacts facts, bool recover)
    {
        if (facts.Recordings.Any(r => r.SegmentId.Length == 0))
        {
            return (QuarantineReasons.RecordingIdMissing, "a recording of the file has no recording id, which names the segment; record it again with recording_id=…", null);
        }

        return recover || facts.Findings.FirstOrDefault(f => !Harmless.Contains(f.Rule)) is not { } finding
            ? null
            : (finding.Rule == RrdRules.Truncated ? QuarantineReasons.Truncated : QuarantineReasons.Broken, Advise(finding), finding.Offset);
    }

    public static string Of(RrdFormatException refusal, long length) => length == 0
        ? QuarantineReasons.Empty
        : refusal.Reason switch
        {
            _ => QuarantineReasons.NotAnRrd,
        };

    private static string Advise(FileFinding finding) => $"{finding.Message} (byte {finding.Offset}); `strata quarantine release --recover` registers what is whole";
}
