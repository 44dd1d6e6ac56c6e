using System.Text.Json;
using Strata.DerivationWorkers;
using Strata.Projections;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The rules' room tells; REST and the command line ask.</summary>
internal sealed class WhyStories(WhyReader reader) : IWhyStories
{
    public async Task<WhyResponse> TellAsync(DatasetEntry dataset, WhyRequest request, CancellationToken cancellationToken)
    {
        var facts = await reader.ReadAsync(dataset, request.Segment, cancellationToken);
        var answer = WhyStory.Tell(facts, request.Layer);
        if (!answer.Found)
        {
            throw new OperationException(OperationErrors.NotFound, string.Join(". ", answer.Sentences), null);
        }

        var lineage = request.Inputs ? Lineage.Of(facts.SegmentEvents, request.Layer) : null;
        return new([.. answer.Rows.Select(row => Line(row, lineage))], answer.Sentences);
    }

    private static WhyLine Line(WhyRow row, IReadOnlyList<LineageRow>? lineage) => new(
        row.Rule,
        row.Layer,
        row.Outcome,
        row.Reason,
        row.Position,
        [.. row.Inputs.Select(i => new WhyInput(i.Layer, i.Fingerprint.Value))],
        row.RowsUsed,
        row.RowsDropped.ToDictionary(d => d.Reason, d => d.Count, StringComparer.Ordinal),
        row.Sentence,
        lineage is null ? null : [.. lineage.Where(l => l.Of == row.Layer).Select(Line)]);

    private static LineageLine Line(LineageRow row) => new(
        row.Direction,
        row.Depth,
        row.Layer,
        row.Fingerprint.Value,
        row.Position,
        row.Deriver,
        row.DeriverVersion,
        row.Revision,
        row.Parameters is { } parameters ? JsonElement.Parse(parameters.Text) : null,
        row.Current);
}
