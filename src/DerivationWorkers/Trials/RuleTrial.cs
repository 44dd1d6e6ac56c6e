using System.Diagnostics;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.DerivationWorkers;

/// <summary>Computes what a rule would derive of one segment, whether it is declared or not. Registers nothing, writes nothing.</summary>
public sealed class RuleTrial(IEventStore events, IRecordingStore recordings, RecordingReading reading, DeriverRegistry derivers)
{
    private const string SkippedOutcome = "skipped";
    private const string FailedOutcome = "failed";

    private readonly OutsideEvaluation _outside = new(recordings, reading);

    /// <param name="asOf">Null: on the layers that stand now.</param>
    /// <param name="revision">That the result would name; of a rule that is not declared 1.</param>
    /// <returns>Null: the dataset has no such segment.</returns>
    public async Task<TrialResult?> RunAsync(DatasetId dataset, long? asOf, string segment, RuleDefinition rule, int revision, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(rule);
        var streams = await events.ReadStreamsAsync([StreamIds.Segment(dataset, segment)], cancellationToken).ConfigureAwait(false);
        var stream = streams[0].Events.Where(e => asOf is not { } position || e.Position <= position).ToList();
        if (stream.Count == 0)
        {
            return null;
        }

        var layers = SegmentLayers.Of(stream);
        var sources = rule.Inputs.Select(layers.Find).ToList();
        if (sources.IndexOf(null) is var missing and >= 0)
        {
            return Nothing(
                SkippedOutcome, SkipReasons.NoData, $"segment '{segment}' has no layer '{rule.Inputs[missing]}', which the rule reads; it has: {string.Join(", ", layers.Names)}", [], []);
        }

        string[] warnings = layers.Find(rule.OutputLayer) is { Origin: LayerOrigin.Given }
            ? [$"a person's layer '{rule.OutputLayer}' stands in this segment: the rule would leave it alone and record `given`"]
            : [];
        try
        {
            return await RunAsync(new(dataset, segment, rule.Rule, revision, rule.OutputLayer, rule.Parameters, []), rule.Deriver, [.. sources.OfType<LayerRegistered>()], warnings, cancellationToken)
                .ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw;
        }
        catch (OutsideDeriverException fault)
        {
            return Nothing(FailedOutcome, fault.Reason, fault.Message, [.. sources.OfType<LayerRegistered>()], warnings);
        }
#pragma warning disable CA1031 // A deriver is code that may fail in any way, and so may the recording that it reads: each way is an answer to the question that was asked.
        catch (Exception fault)
#pragma warning restore CA1031
        {
            return Nothing(FailedOutcome, Faults.ReasonOf(fault), $"{fault.GetType().Name}: {fault.Message}", [.. sources.OfType<LayerRegistered>()], warnings);
        }
    }

    private async Task<TrialResult> RunAsync(
        DerivationRequest request, string name, IReadOnlyList<LayerRegistered> sources, IReadOnlyList<string> warnings, CancellationToken cancellationToken)
    {
        var (builtIn, outside) = (derivers.Find(name), derivers.FindOutside(name));
        if (builtIn is null && outside is null)
        {
            return Nothing(FailedOutcome, FailureReasons.DeriverMissing, $"rule '{request.Rule}' asks for deriver '{name}', which {derivers.WhyNone(name)}", sources, warnings);
        }

        var clock = Stopwatch.StartNew();
        var blobs = await events.ReadBlobsAsync([.. sources.SelectMany(s => new[] { s.SchemaBlob, s.ChunkIndexBlob }).Distinct()], cancellationToken).ConfigureAwait(false);
        var prepared = sources.Select(s => PreparedInput.Of(s, blobs)).ToList();
        var schema = reading.ReadSchema(prepared[0].SchemaIpc);
        if (SchemaFit.Of(builtIn, outside, schema, request.Parameters, request.OutputLayer).Mismatch is { } mismatch)
        {
            return Nothing(SkippedOutcome, SkipReasons.SchemaMismatch, mismatch, sources, warnings);
        }

        // Somebody else's deriver reads the files itself.
        var inputs = builtIn is null ? [] : await LoadAsync(prepared, builtIn, request.Parameters, cancellationToken).ConfigureAwait(false);
        var loading = clock.Elapsed;
        clock.Restart();
        var derivation = builtIn is null
            ? await _outside.RunAsync(outside!, request, prepared, cancellationToken).ConfigureAwait(false)
            : builtIn.Derive(request with { Inputs = inputs }, cancellationToken);
        var deriving = clock.Elapsed;
        return derivation switch
        {
            Derivation.Skipped skipped => Nothing(SkippedOutcome, skipped.Reason, skipped.Detail, sources, warnings) with { RowsDropped = skipped.RowsDropped, Loading = loading, Deriving = deriving },
            Derivation.Derived derived => await OfAsync(derived, request.OutputLayer, warnings, cancellationToken).ConfigureAwait(false) with { Loading = loading, Deriving = deriving },
            _ => throw new InvalidOperationException($"deriver '{name}' gave neither a layer nor a reason to skip"),
        };
    }

    private async Task<List<InputLayer>> LoadAsync(IEnumerable<PreparedInput> prepared, IDeriver deriver, CanonicalJson parameters, CancellationToken cancellationToken)
    {
        var inputs = new List<InputLayer>();
        foreach (var input in prepared)
        {
            using var recording = await recordings.OpenAsync(input.Layer.Kept, cancellationToken).ConfigureAwait(false);
            inputs.Add(await reading.LoadInput(input.Layer, input.SchemaIpc, input.ChunkIndexIpc, recording, deriver, parameters, cancellationToken).ConfigureAwait(false));
        }

        return inputs;
    }

    private static async Task<TrialResult> OfAsync(Derivation.Derived derived, string layer, IReadOnlyList<string> warnings, CancellationToken cancellationToken)
    {
        var content = await TrialContent.ReadAsync(derived.Rrd, layer, cancellationToken).ConfigureAwait(false);
        var isReview = derived.Outcome == LayerFile.ReviewOutcome;
        return new(
            derived.Outcome,
            isReview ? ReviewReasons.Of(derived.Provenance.Deriver) : null,
            null,
            [.. derived.Provenance.Inputs],
            derived.Provenance.RowsUsed,
            derived.Provenance.RowsDropped,
            content.Properties,
            content.Series,
            [.. warnings, .. TrialWarnings.Of(content.Properties, derived.Provenance)],
            derived.Rrd.Length,
            TimeSpan.Zero,
            TimeSpan.Zero);
    }

    private static TrialResult Nothing(string outcome, string reason, string detail, IReadOnlyList<LayerRegistered> sources, IReadOnlyList<string> warnings) => new(
        outcome, reason, detail, [.. sources.Select(s => new DerivationInput(s.Layer, s.Fingerprint))], 0, [], [], [], [.. warnings], 0, TimeSpan.Zero, TimeSpan.Zero);
}
