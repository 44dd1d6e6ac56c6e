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
        return new([.. answer.Rows.Select(row => Line(row, lineage))], [.. answer.Sentences, .. Released(facts, request, lineage)]);
    }

    /// <summary>Of what is told of: the layers that stand then, and what they were made from where that is asked for.</summary>
    private static IEnumerable<string> Released(WhyFacts facts, WhyRequest request, IReadOnlyList<LineageRow>? lineage) => facts.Released
        .Where(r => (r.Stands && (request.Layer is null || r.Layer == request.Layer)) || lineage?.Any(l => l.Layer == r.Layer && l.Fingerprint == r.Fingerprint) == true)
        .Select(r => r.Sentence);

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
