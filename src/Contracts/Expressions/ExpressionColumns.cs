namespace Strata.Contracts;

public enum ExpressionType
{
    /// <summary>Fits everything: nothing is known of it yet.</summary>
    Unknown,
    Number,
    Text,
    Truth,

    /// <summary>Nanoseconds.</summary>
    Time,

    /// <summary>Can be null or not, and no more.</summary>
    Other,
}

/// <param name="Type">Of a list that of its items.</param>
/// <param name="IsList">A row has a list of values there; one of a single value is that value.</param>
public sealed record ExpressionColumn(string Name, ExpressionType Type, bool IsList = false);

/// <summary>
/// The columns that an expression can name: by the whole name; without <c>property:</c>; or without <c>property:</c> and with <c>_</c> for each colon, where that is one column.
/// What fits earlier goes before what fits later.
/// </summary>
public sealed class ExpressionColumns
{
    private const string Prefix = "property:";

    private readonly Dictionary<string, int> _whole = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _withoutPrefix = new(StringComparer.Ordinal);
    private readonly ILookup<string, int> _joined;

    public ExpressionColumns(IReadOnlyList<ExpressionColumn> columns)
    {
        ArgumentNullException.ThrowIfNull(columns);
        All = columns;
        for (var i = 0; i < columns.Count; i++)
        {
            _whole.TryAdd(columns[i].Name, i);
            if (WithoutPrefix(columns[i].Name) is var shorter && shorter != columns[i].Name)
            {
                _withoutPrefix.TryAdd(shorter, i);
            }
        }

        _joined = Enumerable.Range(0, columns.Count).ToLookup(i => Joined(columns[i].Name), StringComparer.Ordinal);
    }

    public IReadOnlyList<ExpressionColumn> All { get; }

    /// <summary>Finds a column outside an expression.</summary>
    /// <exception cref="ExpressionException">There is none, or there are several.</exception>
    public int Require(string name) => Find(name, name, 0) ?? throw Unknown(name, name, 0);

    /// <summary>Whether it names one column, or is short for several.</summary>
    public bool Knows(string name) => _whole.ContainsKey(name) || _withoutPrefix.ContainsKey(name) || _joined.Contains(name);

    /// <summary>Expected, found, and the names that may have been meant instead of one that is not known.</summary>
    public string WhyUnknown(string name) => Unknown(name, name, 0).Reason;

    /// <param name="source">The expression, and <paramref name="at"/> the place in it, for the refusal.</param>
    /// <returns>Null when there is none.</returns>
    /// <exception cref="ExpressionException">Several have that short name.</exception>
    internal int? Find(string name, string source, int at)
    {
        if (_whole.TryGetValue(name, out var column) || _withoutPrefix.TryGetValue(name, out column))
        {
            return column;
        }

        var several = _joined[name].ToList();
        return several.Count <= 1
            ? several.Count == 0 ? null : several[0]
            : throw new ExpressionException(source, at, "a name that one column has", $"'{name}', which is short for {string.Join(" and for ", several.Select(i => All[i].Name))}; name one of them whole");
    }

    internal ExpressionException Unknown(string name, string source, int at)
    {
        var near = NearNames.Of(WithoutPrefix(name), All.Select(c => WithoutPrefix(c.Name)));
        var words = All.Count == 0 ? "there are no columns"
            : near.Count > 0 ? $"near it {(near.Count == 1 ? "is" : "are")} {string.Join(", ", near)}"
            : $"there are {string.Join(", ", All.Select(c => c.Name))}";
        var yet = WithoutPrefix(name).Contains(':', StringComparison.Ordinal) ? ": no row has such a property, whose column comes with the first that has" : "";
        return new(source, at, "the name of a column", $"'{name}'{yet}; {words}");
    }

    private static string WithoutPrefix(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;

    private static string Joined(string name) => WithoutPrefix(name).Replace(':', '_');
}
