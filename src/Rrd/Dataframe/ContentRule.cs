namespace Strata.Rrd.Dataframe;

/// <summary>One rule of <see cref="ContentExpressions"/>.</summary>
internal sealed record ContentRule
{
    private const string Subtree = "/**";
    private const string PropertyColumn = "property:";

    // A component is more specific than any path.
    private const int ComponentRank = 1 << 20;

    private ContentRule(bool includes) => Includes = includes;

    public static ContentRule WithoutProperties { get; } = new(includes: false) { Path = EntityPath.Properties, WithSubtree = true };

    public bool Includes { get; }

    /// <summary>Of the rules that match one entity, which counts: the deeper path, and the entity itself before a subtree.</summary>
    public int Rank => ((Component ?? Column) is null ? 0 : ComponentRank) + (2 * Path.Parts.Count) + (WithSubtree ? 0 : 1);

    public bool IsAllProperties => WithSubtree && Component is null && Path == EntityPath.Properties;

    private EntityPath Path { get; init; } = EntityPath.Root;

    private bool WithSubtree { get; init; }

    private string? Component { get; init; }

    private string? Column { get; init; }

    /// <summary>Several rules may stand in one text: they end at white space that is neither escaped nor behind a leading sign.</summary>
    public static IEnumerable<string> Split(string text)
    {
        var start = 0;
        while (start < text.Length)
        {
            if (char.IsWhiteSpace(text[start]))
            {
                start++;
                continue;
            }
            var end = start;
            var signs = true;
            for (; end < text.Length; end++)
            {
                var c = text[end];
                if (char.IsWhiteSpace(c) && (!signs || c == '\n'))
                {
                    break;
                }
                signs &= c is '+' or '-' || char.IsWhiteSpace(c);
                end += c == '\\' ? 1 : 0;
            }
            end = Math.Min(end, text.Length);
            yield return text[start..end];
            start = end;
        }
    }

    public static ContentRule Parse(string text)
    {
        var includes = !text.StartsWith('-');
        var rule = (text.Length > 0 && text[0] is '+' or '-' ? text[1..] : text).Trim();
        if (rule.StartsWith(PropertyColumn, StringComparison.Ordinal))
        {
            return new(includes) { Column = rule };
        }
        var colon = UnescapedColon(rule);
        var path = colon < 0 ? rule : rule[..colon];
        var withSubtree = path.EndsWith(Subtree, StringComparison.Ordinal);
        return new(includes)
        {
            Path = EntityPath.Parse(withSubtree ? path[..^Subtree.Length] : path),
            WithSubtree = withSubtree,
            Component = colon < 0 ? null : rule[(colon + 1)..],
        };
    }

    public bool Matches(EntityPath entityPath, string component)
    {
        if (Column is not null)
        {
            return Column == ColumnNames.Dataframe(entityPath, component);
        }
        return (WithSubtree ? entityPath.StartsWith(Path) : entityPath == Path) && (Component is null || Component == component);
    }

    private static int UnescapedColon(string rule)
    {
        for (var i = 0; i < rule.Length; i++)
        {
            if (rule[i] == ':')
            {
                return i;
            }
            i += rule[i] == '\\' ? 1 : 0;
        }
        return -1;
    }
}
