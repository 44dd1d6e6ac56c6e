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
            return (
                QuarantineReasons.RecordingIdMissing,
                "expected a recording id, which names the segment, found a recording without one; write a file that has one and register that: "
                + "rerun rrd route --recording-id NAME FILE.rrd -o NEW.rrd (or record it again with recording_id=…)",
                null);
        }

        return recover || facts.Findings.FirstOrDefault(f => !Harmless.Contains(f.Rule)) is not { } finding
            ? null
            : (finding.Rule == RrdRules.Truncated ? QuarantineReasons.Truncated : QuarantineReasons.Broken, $"{finding.Message} (byte {finding.Offset})", finding.Offset);
    }

    /// <param name="head">The first bytes of a file that was refused as a whole.</param>
    public static string Of(ReadOnlySpan<byte> head)
    {
        const int ProtobufFlagAt = 9;
        const byte MsgPack = 1;
        if (head.IsEmpty)
        {
            return QuarantineReasons.Empty;
        }

        if (head.StartsWith("RRF0"u8) || head.StartsWith("RRF1"u8))
        {
            return QuarantineReasons.TooOld;
        }

        if (!head.StartsWith("RRF2"u8))
        {
            return "RRF2"u8.StartsWith(head) ? QuarantineReasons.Truncated : QuarantineReasons.NotAnRrd;
        }

        if (head.Length < StreamHeader.Size)
        {
            return QuarantineReasons.Truncated;
        }

        return head[ProtobufFlagAt] == MsgPack || !CrateVersion.Read(head[4..]).IsSupported ? QuarantineReasons.TooOld : QuarantineReasons.Broken;
    }
}
