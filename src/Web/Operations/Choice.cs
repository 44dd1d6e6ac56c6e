namespace Strata.Web;

/// <summary>Words of a request that stand for the values of an enumeration: lower case in JSON and on the command line.</summary>
internal static class Choice
{
    /// <exception cref="OperationException">It is none of the words; the message lists them.</exception>
    public static T Parse<T>(string member, string word)
        where T : struct, Enum
    {
        foreach (var value in Enum.GetValues<T>())
        {
            if (string.Equals(Word(value), word, StringComparison.Ordinal))
            {
                return value;
            }
        }

        throw new OperationException(OperationErrors.Invalid, $"{member}: expected one of {string.Join(", ", Enum.GetValues<T>().Select(Word))}, found '{word}'", null);
    }

    public static string Word<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
