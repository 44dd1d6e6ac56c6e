using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>
/// Good, bad or for a person to look at, by declared conditions over the properties of any input layers. Where a condition is null, because a value is, the verdict is <c>review</c>
/// and its reason names the value. Source: docs/derivers.md.
/// </summary>
public sealed class VerdictDeriver : IDeriver
{
    public const string DeriverName = "verdict";

    /// <summary>Component of the property: <c>good</c>, <c>review</c> or <c>bad</c>.</summary>
    public const string VerdictComponent = "verdict";

    /// <summary>Component of the property: true, false, or null for <c>review</c>.</summary>
    public const string GoodComponent = "good";

    public const string ReasonComponent = "reason";

    public const string Good = "good";
    public const string Review = "review";
    public const string Bad = "bad";

    public string Name => DeriverName;

    public int Version => 1;

    public string? RefuseParameters(CanonicalJson parameters) => ParameterException.RefusalOf(VerdictParameters.Parse, parameters);

    public string? RefuseNames(CanonicalJson parameters, IReadOnlyList<string> derivedInputs) => VerdictParameters.Parse(parameters).RefuseNames(derivedInputs);

    public IReadOnlyList<string> WarnOfNames(CanonicalJson parameters, ExpressionColumns columns, IReadOnlyList<string> written) =>
        [.. VerdictParameters.Parse(parameters).WarnOfNames(columns, written)];

    /// <summary>The properties of several layers are known only together.</summary>
    public SchemaMatch Match(Schema schema, CanonicalJson parameters) => SchemaMatch.Yes;

    public bool Reads(Field column, CanonicalJson parameters) => SchemaColumns.ColumnOf(column) is { Entity.IsProperty: true };

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var parameters = VerdictParameters.Parse(request.Parameters);
        var row = PropertyRow.Of(request.Inputs);
        var (good, review) = (Bind("good", parameters.Good, row), Bind("review", parameters.Review, row));
        if ((good.Refusal ?? review.Refusal) is { } refusal)
        {
            return new Derivation.Skipped(SkipReasons.SchemaMismatch, refusal, []);
        }

        var (verdict, reason) = Judge(good.Condition!, review.Condition, row);
        return new PropertyValues()
            .Text(VerdictComponent, verdict)
            .FlagOrNull(GoodComponent, verdict == Review ? null : verdict == Good)
            .Text(ReasonComponent, reason)
            .Write(request, this, rowsUsed: 0, new(), verdict == Review ? LayerFile.ReviewOutcome : LayerFile.DerivedOutcome);
    }

    private static (BoundExpression? Condition, string? Refusal) Bind(string name, Expression? expression, PropertyRow row)
    {
        try
        {
            return (expression?.BindCondition(row.Columns), null);
        }
        catch (ExpressionException e)
        {
            return (null, $"{name}: {e.Reason}; the properties of the inputs are {string.Join(", ", Enumerable.Range(0, row.Columns.All.Count).Select(row.Name))}");
        }
    }

    private static (string Verdict, string Reason) Judge(BoundExpression good, BoundExpression? review, PropertyRow row) => good.Holds(row.Value) switch
    {
        true => (Good, "good holds"),
        null => (Review, $"good is null: {WhyNull(good, row)}"),
        false when review is null => (Bad, "good does not hold"),
        false => review.Holds(row.Value) switch
        {
            true => (Review, "good does not hold, and review does"),
            null => (Review, $"good does not hold, and review is null: {WhyNull(review, row)}"),
            false => (Bad, "neither good nor review holds"),
        },
    };

    private static string WhyNull(BoundExpression condition, PropertyRow row)
    {
        var nulls = condition.Columns.Where(row.IsNull).Select(row.Name).ToList();
        return nulls.Count > 0 ? $"{string.Join(", ", nulls)} {(nulls.Count == 1 ? "has" : "have")} no value" : "a computation in it has no finite answer, or compares several values with several";
    }
}
