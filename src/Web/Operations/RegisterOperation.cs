using System.Collections.Immutable;
using Strata.Contracts;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Web;

/// <param name="Sources">Files that this process can open: folders and globs are expanded by who asks.</param>
/// <param name="Keep">Null: as the dataset says.</param>
/// <param name="Rules">For a dataset that this call creates: <c>howto</c> or <c>none</c>.</param>
/// <param name="Wait">Answer only when every rule has been evaluated for what was registered.</param>
/// <param name="CommandId">For a delivery that may come twice; null for a new request.</param>
public sealed record RegisterRequest(
    string Dataset,
    IReadOnlyList<RegisterSource> Sources,
    string Layer = "base",
    OnDuplicate OnDuplicate = OnDuplicate.Known,
    KeepMode? Keep = null,
    string Rules = RuleSets.HowTo,
    bool Wait = false,
    string? CommandId = null);

/// <param name="Path">Absolute path.</param>
/// <param name="Url">Shown as <c>rerun_storage_url</c>.</param>
public sealed record RegisterSource(string Path, string Url);

/// <param name="Derivations">What the rules came to for the segments of this call, grouped; complete only when <paramref name="OpenEvaluations"/> is 0.</param>
public sealed record RegisterResponse(
    string Dataset,
    bool DatasetCreated,
    long Position,
    IReadOnlyList<RegisteredLine> Recordings,
    IReadOnlyList<DerivationGroup> Derivations,
    long OpenEvaluations);

/// <summary>One line of <c>strata register --json</c>. Source: DESIGN §12.</summary>
public sealed record RegisteredLine(
    string Path, string? Segment, string Layer, string Status, long? Position, string? Reason, long? Offset, string? QuarantineId)
{
    internal static RegisteredLine Of(RegisteredRecording r) => new(r.Path, r.Segment, r.Layer, r.Status, r.Position, r.Reason, r.Offset, r.QuarantineId?.Value);
}

/// <summary>The register call itself never derives: it appends, and waits for the workers when asked to.</summary>
public sealed class RegisterOperation(IRegistrar registrar, Catalog catalog, RuleSets ruleSets, Settlement settlement) : IOperation<RegisterRequest, RegisterResponse>
{
    public static OperationRoute<RegisterRequest, RegisterResponse> Route { get; } = new(
        HttpMethod.Post, "/api/v1/datasets/{dataset}/recordings", "Register recordings as a layer of their segments", ApiJson.Default.RegisterRequest, ApiJson.Default.RegisterResponse);

    public async Task<RegisterResponse> RunAsync(RegisterRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var command = new RegisterRecordings(
            request.Dataset,
            request.Layer,
            [.. request.Sources.Select(s => new RecordingRequest(s.Path, s.Url))],
            request.OnDuplicate,
            request.Keep,
            ruleSets.Named(request.Rules),
            Sources.Asked,
            request.CommandId);
        var outcome = await registrar.RegisterAsync(command, new Steps(progress), cancellationToken);
        var models = await catalog.CaughtUpAsync(cancellationToken);
        if (outcome.Dataset is not { } dataset)
        {
            return new(request.Dataset, false, outcome.Position, Lines(outcome), [], 0);
        }

        var segments = outcome.Recordings
            .Where(r => r.Status is RegistrationStatus.Registered or RegistrationStatus.Replaced or RegistrationStatus.Known)
            .Select(r => r.Segment)
            .OfType<string>()
            .ToImmutableHashSet(StringComparer.Ordinal);
        if (request.Wait)
        {
            await settlement.WaitAsync(dataset, segments, progress, cancellationToken);
        }

        var open = await settlement.CountOpenAsync(dataset, segments, cancellationToken);
        var evaluations = await models.Evaluations.ReadAsync(dataset, segments.Count == 1 ? segments.Single() : null, cancellationToken);
        return new(request.Dataset, outcome.DatasetCreated, outcome.Position, Lines(outcome), DerivationGroup.Of(evaluations, segments), open);
    }

    private static RegisteredLine[] Lines(RegisterOutcome outcome) =>
        [.. outcome.Recordings.Select(RegisteredLine.Of)];

    private sealed class Steps(IProgress<OperationProgress> progress) : IProgress<RegisterProgress>
    {
        public void Report(RegisterProgress value) => progress.Report(new(value.Stage, value.Done, value.Total));
    }
}

/// <summary>Evaluations of one rule with one outcome and reason.</summary>
/// <param name="Detail">Of the first segment, in words.</param>
public sealed record DerivationGroup(string Rule, string Layer, string Outcome, string? Reason, string? Detail, int Segments, string ExampleSegment)
{
    internal static IReadOnlyList<DerivationGroup> Of(IEnumerable<EvaluationRow> evaluations, IReadOnlySet<string> segments) =>
    [
        .. evaluations
            .Where(e => e.Current && segments.Contains(e.Segment))
            .GroupBy(e => (e.Rule, e.OutputLayer, e.Outcome, e.Reason))
            .Select(g => (Group: g, First: g.MinBy(e => e.Segment, StringComparer.Ordinal)!))
            .Select(g => new DerivationGroup(
                g.Group.Key.Rule, g.Group.Key.OutputLayer, g.Group.Key.Outcome, g.Group.Key.Reason, g.First.Detail, g.Group.Count(), g.First.Segment))
            .OrderBy(g => g.Layer, StringComparer.Ordinal)
            .ThenBy(g => g.Outcome, StringComparer.Ordinal),
    ];
}
