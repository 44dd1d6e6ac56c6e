using Strata.Contracts;
using Strata.Projections.Storage;

namespace Strata.Projections.WorkList;

/// <summary>Whether what stands under a rule's name is older than a change of the rule's inputs. Source: DESIGN rules 5 and 9.</summary>
internal sealed class StaleLayers(ReadScope scope, long dataset, long asOf)
{
    /// <param name="row">The rule's latest decision about the segment.</param>
    /// <param name="current">Whether it was made from what stands now.</param>
    /// <param name="output">What stands under the rule's name.</param>
    /// <param name="standing">All that stands in the segment.</param>
    public bool IsStale(EvaluationRow row, bool current, StandingLayer output, IReadOnlyDictionary<string, StandingLayer> standing) => output.Origin == LayerOrigin.Given
        ? row.Inputs.Any(input => standing.TryGetValue(input.Layer, out var layer) && layer.Position > output.Position && ReplacedSince(row.Segment, input.Layer, layer, output.Position))
        : !current || (row.Outcome == EvaluationFold.Failed && !IsMadeOf(row, output.Fingerprint, standing));

    /// <summary>The same bytes registered again change nothing.</summary>
    private bool ReplacedSince(string segment, string layer, StandingLayer now, long position)
    {
        var before = scope.Database.Prepare(
            "SELECT fingerprint FROM layers WHERE dataset = ?1 AND segment = ?2 AND layer = ?3 AND from_position < ?4 AND from_position <= ?5 ORDER BY from_position DESC LIMIT 1")
            .Bind(1, dataset).Bind(2, segment).Bind(3, layer).Bind(4, position).Bind(5, asOf);
        if (!before.Step())
        {
            return false;
        }

        var fingerprint = before.Digest(0);
        before.Reset();
        return fingerprint != now.Fingerprint;
    }

    /// <summary>Whether the evaluation that made the standing layer was of the inputs that stand now.</summary>
    private bool IsMadeOf(EvaluationRow row, Sha256Digest output, IReadOnlyDictionary<string, StandingLayer> standing)
    {
        var made = scope.Database.Prepare(
            "SELECT inputs FROM evaluations WHERE dataset = ?1 AND segment = ?2 AND rule = ?3 AND output_fingerprint = ?4 AND from_position <= ?5 ORDER BY from_position DESC LIMIT 1")
            .Bind(1, dataset).Bind(2, row.Segment).Bind(3, row.Rule).Bind(4, output).Bind(5, asOf);
        if (!made.Step())
        {
            return false;
        }

        var inputs = ByteColumns.ReadInputs(made.Bytes(0));
        made.Reset();
        return inputs.All(input => standing.TryGetValue(input.Layer, out var layer) && layer.Fingerprint == input.Fingerprint);
    }
}

/// <summary>A layer as it stands at the position that is asked for.</summary>
internal readonly record struct StandingLayer(Sha256Digest Fingerprint, Sha256Digest Schema, long Position, LayerOrigin Origin);
