using System.Collections.Immutable;
using System.Diagnostics;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>What came of a trial. Nothing is registered.</summary>
/// <param name="Outcome"><c>derived</c>, <c>review</c>, <c>skipped</c> or <c>failed</c>.</param>
/// <param name="Reason">Of what is skipped or failed.</param>
/// <param name="Rrd">The whole file that would be registered.</param>
/// <param name="Entities">Paths and rows of what is in it.</param>
public sealed record DeriverTrialResult(
    string Outcome, string? Reason, string? Detail, string Segment, ReadOnlyMemory<byte> Rrd, ImmutableArray<(string Entity, long Rows)> Entities, Provenance? Provenance, TimeSpan Took);

/// <summary>Runs a deriver once on a recording file, and checks what it answers as a worker would.</summary>
public static class DeriverTrial
{
    private const string Rule = "check";
    private const string Skipped = "skipped";
    private const string Failed = "failed";

    /// <param name="layer">As which the file would stand.</param>
    /// <exception cref="RrdFormatException">It is no recording.</exception>
    /// <exception cref="InvalidDataException">It has no recording, or several.</exception>
    public static async Task<DeriverTrialResult> RunAsync(
        DeriverRegistry derivers, string name, CanonicalJson parameters, IRandomAccessBytes file, string layer, string outputLayer, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(derivers);
        var reader = await RrdReader.OpenAsync(file, cancellationToken).ConfigureAwait(false);
        var stores = reader.Contents.Recordings.Where(s => s.Manifest.Count > 0).ToList();
        var store = stores is [var only] ? only : throw new InvalidDataException($"expected one recording in the file, found {stores.Count}");
        var clock = Stopwatch.StartNew();
        try
        {
            var (builtIn, outside) = (derivers.Find(name), derivers.FindOutside(name));
            if ((builtIn?.RefuseParameters(parameters) ?? outside?.RefuseParameters(parameters)) is { } refusal)
            {
                return Nothing(Failed, "parameters", refusal);
            }

            if ((builtIn is not null || outside is not null) && SchemaFit.Of(builtIn, outside, store.Schema, parameters, outputLayer).Mismatch is { } mismatch)
            {
                return Nothing(Skipped, SkipReasons.SchemaMismatch, mismatch);
            }

            var input = new DerivationInput(layer, Sha256Digest.FromBytes(store.SchemaSha256.Span));
            var request = new DerivationRequest(DatasetId.Parse(new string('0', 32)), store.Id.RecordingId, Rule, 1, outputLayer, parameters, []);
            var derivation = builtIn is not null
                ? builtIn.Derive(request with { Inputs = [await InputLayerLoader.LoadAsync(input, store.Id.ApplicationId, store.Schema, store.Manifest, file, builtIn, parameters, cancellationToken).ConfigureAwait(false)] }, cancellationToken)
                : outside is null
                    ? throw new OutsideDeriverException(FailureReasons.DeriverMissing, $"deriver '{name}', which {derivers.WhyNone(name)}")
                    : await outside.DeriveAsync(new(request with { Inputs = [new(layer, input.Fingerprint, store.Id.ApplicationId, store.Schema, Newest(store), [])] }, [file]), cancellationToken).ConfigureAwait(false);
            return derivation switch
            {
                Derivation.Derived derived => new(derived.Outcome, null, null, store.Id.RecordingId, derived.Rrd, await EntitiesAsync(derived.Rrd, cancellationToken).ConfigureAwait(false), derived.Provenance, clock.Elapsed),
                Derivation.Skipped skipped => Nothing(Skipped, skipped.Reason, skipped.Detail),
                _ => throw new InvalidOperationException($"deriver '{name}' gave neither a layer nor a reason to skip"),
            };
        }
        catch (OutsideDeriverException fault)
        {
            return Nothing(Failed, fault.Reason, fault.Message);
        }

        DeriverTrialResult Nothing(string outcome, string reason, string detail) => new(outcome, reason, detail, store.Id.RecordingId, default, [], null, clock.Elapsed);
    }

    private static Tuid Newest(RrdStore store)
    {
        var newest = default(Tuid);
        foreach (var id in store.Manifest.ChunkIds)
        {
            newest = id > newest ? id : newest;
        }

        return newest;
    }

    private static async Task<ImmutableArray<(string Entity, long Rows)>> EntitiesAsync(ReadOnlyMemory<byte> rrd, CancellationToken cancellationToken)
    {
        var reader = await RrdReader.OpenAsync(new MemoryBytes(rrd), cancellationToken).ConfigureAwait(false);
        return [.. reader.Contents.Recordings.Single().Manifest.Entries.GroupBy(e => e.EntityPath.ToString()).Select(g => (g.Key, g.Sum(e => e.NumRows))).OrderBy(e => e.Key, StringComparer.Ordinal)];
    }
}
