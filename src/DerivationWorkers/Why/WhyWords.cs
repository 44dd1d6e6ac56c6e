using System.Globalization;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>The recurring phrases of a story.</summary>
internal static class WhyWords
{
    // Enough of a digest to tell two apart in a sentence; `--inputs` and `--json` give the whole.
    private const int ShortDigest = 12;

    public static string Given(LayerRecord standing) =>
        $"layer '{standing.Layer.Layer}' was given at position {standing.Position} ({Time(standing.RecordedAtNs)}) by {Source(standing.Layer.Source)}, from {standing.Layer.StorageUrl}";

    // A verdict reads properties and no rows: that none were used would sound as if something were missing.
    public static string Derived(LayerRecord standing, Provenance provenance) =>
        $"layer '{standing.Layer.Layer}' was derived at position {standing.Position} ({Time(standing.RecordedAtNs)}) by rule '{provenance.Rule}' revision {provenance.Revision} "
        + $"with deriver {provenance.Deriver} version {provenance.DeriverVersion} from {Inputs(provenance.Inputs)}{(provenance.Deriver == VerdictDeriver.DeriverName ? "" : $"; {Rows(provenance.RowsUsed, provenance.RowsDropped)}")}";

    public static string Retired((RuleRecord Rule, RuleRetired Event, long Position) gone) =>
        string.Create(CultureInfo.InvariantCulture, $"rule '{gone.Event.Rule}' was retired at position {gone.Position} by {Source(gone.Event.Source)}");

    public static string Inputs(EquatableArray<DerivationInput> inputs) => List(inputs.Select(i => $"{i.Layer} ({Short(i.Fingerprint)})"));

    public static string Rows(long used, EquatableArray<DroppedRows> dropped) =>
        dropped.Count == 0
            ? string.Create(CultureInfo.InvariantCulture, $"{used} rows used, none dropped")
            : string.Create(CultureInfo.InvariantCulture, $"{used} rows used, {dropped.Sum(d => d.Count)} dropped: {List(dropped.Select(d => $"{d.Count} {d.Reason}"))}");

    public static string Source(EventSource source) => source.Who is { } who ? $"{source.Kind} {who}" : source.Kind;

    public static string File(ReferencedFile file, string dataset) => file switch
    {
        { Trouble: { } trouble, NotedAt: { } position } => string.Create(CultureInfo.InvariantCulture, $"Its file is not what was registered (first noted at position {position}); now: {trouble}. {HowToMend(file, dataset)}"),
        { Trouble: { } trouble } => $"Its file is not what was registered: {trouble}. {HowToMend(file, dataset)}",
        { IsLookedAt: false } => string.Create(CultureInfo.InvariantCulture, $"At position {file.NotedAt} its file was found not to be what was registered: {file.Noted}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"Its file is as it was registered; at position {file.NotedAt} it was not: {file.Noted}"),
    };

    private static string HowToMend(ReferencedFile file, string dataset) => $"Bring it back, or {BrokenInput.Replace(dataset, file.Layer)}";

    public static string Short(Sha256Digest digest) => digest.Value[..Math.Min(ShortDigest, digest.Value.Length)];

    public static string Time(long ns) =>
        DateTimeOffset.UnixEpoch.AddTicks(ns / TimeSpan.NanosecondsPerTick).ToString("yyyy-MM-dd HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string List(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } list ? list : "none";
}
