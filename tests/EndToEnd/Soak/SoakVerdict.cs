using System.Collections.Immutable;
using System.Globalization;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>How often something stands in the log.</summary>
/// <param name="Of">The segment; of what lies in quarantine the SHA-256 of its file; of an answer the message.</param>
internal sealed record SoakFact(string Of, string What, int Count)
{
    /// <summary>All that concerns recordings, whoever caused it.</summary>
    public const string Sql = """
        select of, what, count(*) from (
            select data ->> 'segment' as of, 'layer ' || (data ->> 'layer') as what from mt_events where type = 'layer_registered'
            union all
            select data ->> 'segment', type || ' ' || (data ->> 'rule') from mt_events where type in ('derivation_done', 'derivation_skipped', 'derivation_failed')
            union all
            select coalesce(substring(data ->> 'storageUrl' from '[0-9a-f]{64}'), data ->> 'storageUrl'), 'quarantined as ' || (data ->> 'reason') from mt_events where type = 'recording_quarantined'
            union all
            select data ->> 'messageId', 'answered' from mt_events where type = 'message_answered'
        ) facts group by 1, 2
        """;

    public static SoakFact Parse(string row) => row.Split('|') is [var of, var what, var count]
        ? new(of, what, int.Parse(count, CultureInfo.InvariantCulture))
        : throw new FormatException($"expected three columns, found '{row}'");
}

/// <summary>What the faults cost, judged from the log.</summary>
/// <param name="Lost">A good recording without one of its three layers or two evaluations, a broken one that is not in quarantine for its reason, a message without an answer.</param>
/// <param name="Doubled">What is there twice, and what nobody asked for.</param>
internal sealed record SoakVerdict(ImmutableArray<string> Lost, ImmutableArray<string> Doubled)
{
    private const string Answered = "answered";

    private static readonly ImmutableArray<string> Whole = ["layer base", "layer tracking_error", "layer quality", "derivation_done tracking_error", "derivation_done quality"];

    public static SoakVerdict Of(IEnumerable<SoakRecording> recordings, IReadOnlyList<SoakFact> facts)
    {
        var expected = recordings.SelectMany(Expected).ToHashSet();
        var found = facts.Select(f => (f.Of, f.What)).ToHashSet();
        return new(
            [.. expected.Where(e => !found.Contains(e)).Select(e => $"{e.Of}: {e.What}")],
            [.. facts.Where(f => f.Count > 1 || (f.What != Answered && !expected.Contains((f.Of, f.What)))).Select(f => $"{f.Of}: {f.What}, {f.Count} times")]);
    }

    private static IEnumerable<(string Of, string What)> Expected(SoakRecording recording) =>
    [
        (recording.MessageId, Answered),
        .. recording.Reason is { } reason ? [(recording.Sha256.Value, $"quarantined as {reason}")] : Whole.Select(what => (recording.Name, what)),
    ];
}
