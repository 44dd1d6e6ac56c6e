using System.Globalization;

namespace Strata.Web;

/// <summary>What a tag may be called and say: it becomes a column of the segment table, where everybody sees it.</summary>
internal static class TagNames
{
    /// <summary>Key of the property whose components the tags are.</summary>
    public const string Prefix = "property:tags:";

    /// <summary>A column's header that a person reads.</summary>
    public const int MaxNameLength = 64;

    /// <summary>A remark, not a document: every table that shows the tag carries it.</summary>
    public const int MaxTextLength = 1_024;

    /// <summary>Of one segment; each may be a column of its own.</summary>
    public const int MaxTags = 64;

    /// <exception cref="OperationException">It would not be one column that can be named without quotes.</exception>
    public static void Refuse(string name)
    {
        if (name.Length is 0 or > MaxNameLength || !(char.IsAsciiLetter(name[0]) || name[0] == '_') || !name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_'))
        {
            throw new OperationException(
                OperationErrors.Invalid,
                string.Create(CultureInfo.InvariantCulture, $"tag '{name}': expected a name of 1 to {MaxNameLength} letters, digits and underscores that does not begin with a digit; it is the column {Prefix}NAME"),
                null);
        }
    }
}
