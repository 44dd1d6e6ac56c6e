using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>A rule's parameters cannot work: what was expected, what was found.</summary>
public sealed class ParameterException(string message) : FormatException(message)
{
    /// <returns>What <paramref name="parse"/> refuses these parameters with; null when it takes them.</returns>
    internal static string? RefusalOf<T>(Func<CanonicalJson, T> parse, CanonicalJson parameters)
    {
        try
        {
            parse(parameters);
            return null;
        }
        catch (ParameterException refused)
        {
            return refused.Message;
        }
    }
}
