using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Parameters of <see cref="VerdictDeriver"/>: <c>good</c>, and where a person should look, <c>review</c>. Both are conditions over the properties of the inputs. Source: docs/expressions.md.</summary>
/// <param name="Review">Asked where <paramref name="Good"/> does not hold; null: what is not good is bad.</param>
public sealed record VerdictParameters(Expression Good, Expression? Review)
{
    private const string Example = "such as \"tracking_error:mean < 0.13 && gaps:max_ms < 200\"";

    /// <exception cref="ParameterException">A member is unknown, or no condition; the message names it, and the place in it.</exception>
    public static VerdictParameters Parse(CanonicalJson parameters)
    {
        var reader = ParameterReader.Of(parameters);
        var (good, review) = (Condition(reader, "good"), Condition(reader, "review"));
        reader.RefuseUnknown();
        return new(good ?? throw new ParameterException($"good: expected a condition {Example}, found nothing"), review);
    }

    private IEnumerable<(string Member, string Name)> Names => Good.Names.Select(n => ("good", n)).Concat((Review?.Names ?? []).Select(n => ("review", n)));

    /// <summary>A name that no layer of these can have a property for; null when each can.</summary>
    /// <param name="inputs">Layers that rules make: each has the properties that bear its name.</param>
    public string? RefuseNames(IReadOnlyList<string> inputs)
    {
        foreach (var (member, name) in Names)
        {
            if (!inputs.Any(input => PropertyRow.IsOf(input, name)))
            {
                return $"{member}: expected names of properties of {string.Join(", ", inputs)}, which begin like {PropertyRow.NameOf(inputs[0], "…")}, found '{name}'; add the layer that has it as an input (--input)";
            }
        }

        return null;
    }

    /// <summary>Names that no row of the table has a property for, but those of properties that rules write and no row has yet: what these hold is seen with the first.</summary>
    /// <param name="columns">Of the dataset's segment table.</param>
    /// <param name="written">Names of the properties that rules write.</param>
    public IEnumerable<string> WarnOfNames(ExpressionColumns columns, IReadOnlyList<string> written)
    {
        var unseen = written.Where(property => !columns.All.Any(column => PropertyRow.IsOf(property, column.Name))).ToList();
        foreach (var (member, name) in Names.Distinct().Where(n => !columns.Knows(n.Name) && !unseen.Exists(property => PropertyRow.IsOf(property, n.Name))))
        {
            yield return $"{member}: {columns.WhyUnknown(name)}";
        }
    }

    private static Expression? Condition(ParameterReader reader, string name)
    {
        if (reader.Text(name, $"a condition as a text, {Example}") is not { } text)
        {
            return null;
        }

        try
        {
            var condition = Expression.Parse(text);

            // Which types the properties have is known with the first inputs; whether it can be a condition at all, now.
            condition.BindCondition(new([.. condition.Names.Select(n => new ExpressionColumn(n, ExpressionType.Unknown, IsList: true))]));
            return condition;
        }
        catch (ExpressionException e)
        {
            throw new ParameterException($"{reader.PathOf(name)}: {e.Message}");
        }
    }
}
