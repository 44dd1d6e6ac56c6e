namespace Strata.Rrd.Dataframe;

/// <summary>
/// Which entities and components a query wants: rules as in Rerun's <c>filter_contents</c>, of which the most specific one counts, and among equals the last.
/// Without a rule for <c>/__properties/**</c> the properties are left out.
/// </summary>
/// <remarks>
/// <c>/arm</c> is that entity, <c>/arm/**</c> it and all below it, <c>-/arm/camera/**</c> leaves out. Beyond Rerun, an unescaped colon names a component
/// (<c>/arm:Scalars:scalars</c>, <c>/**:Scalars:scalars</c>), and <c>property:…</c> a column of that name.
/// </remarks>
public sealed class ContentExpressions
{
    private readonly ContentRule[] _rules;

    private ContentExpressions(IEnumerable<ContentRule> rules)
    {
        List<ContentRule> all = [.. rules];
        if (!all.Any(rule => rule.IsAllProperties))
        {
            all.Insert(0, ContentRule.WithoutProperties);
        }
        // The most specific first; of equal ones the later.
        _rules = [.. all.AsEnumerable().Reverse().OrderByDescending(rule => rule.Rank)];
    }

    /// <summary>All but properties.</summary>
    public static ContentExpressions Everything { get; } = Parse(["/**"]);

    /// <summary>As Rerun, it takes any text for an entity path. No expression at all wants nothing.</summary>
    public static ContentExpressions Parse(IEnumerable<string> expressions)
    {
        ArgumentNullException.ThrowIfNull(expressions);
        return new(expressions.SelectMany(ContentRule.Split).Select(ContentRule.Parse));
    }

    /// <summary>Whether a component of an entity is asked for.</summary>
    public bool Wants(EntityPath entityPath, string component)
    {
        ArgumentNullException.ThrowIfNull(entityPath);
        foreach (var rule in _rules)
        {
            if (rule.Matches(entityPath, component))
            {
                return rule.Includes;
            }
        }
        return false;
    }
}
