using System.Collections.Immutable;
using Strata.Registrar;

namespace Strata.Web;

/// <summary>Answers a registration when the read models have passed it, and, when asked to, when the rules are done with it.</summary>
public sealed class RegisteredAnswer(Catalog catalog, Settlement settlement)
{
    public async Task<RegisterResponse> OfAsync(
        string datasetName, RegisterOutcome outcome, bool wait, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var models = await catalog.CaughtUpAsync(cancellationToken);
        RegisteredLine[] lines = [.. outcome.Recordings.Select(RegisteredLine.Of)];
        if (outcome.Dataset is not { } dataset)
        {
            return new(datasetName, false, outcome.Position, lines, [], OpenEvaluations: 0);
        }

        var segments = outcome.Recordings
            .Where(r => r.Status is RegistrationStatus.Registered or RegistrationStatus.Replaced or RegistrationStatus.Known)
            .Select(r => r.Segment)
            .OfType<string>()
            .ToImmutableHashSet(StringComparer.Ordinal);
        if (wait)
        {
            await settlement.WaitAsync(dataset, segments, progress, cancellationToken);
        }

        var open = await settlement.CountOpenAsync(dataset, segments, cancellationToken);
        var evaluations = await models.Evaluations.ReadAsync(dataset, segments.Count == 1 ? segments.Single() : null, cancellationToken);
        return new(datasetName, outcome.DatasetCreated, outcome.Position, lines, DerivationGroup.Of(evaluations, segments), open);
    }
}
