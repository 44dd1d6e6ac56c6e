using System.Globalization;

namespace Strata.UnreliableBus;

/// <summary>Another seed in each run, which a failed test prints; <c>STRATA_TEST_SEED</c> gives it again.</summary>
public static class Seeds
{
    private const string Variable = "STRATA_TEST_SEED";

    /// <summary>A reliable transport asks for no random number.</summary>
    public static int Of(Transport transport) => transport == Transport.Reliable ? 0 : Next();

    public static int Next()
    {
        var seed = Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } given
            ? int.Parse(given, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : Random.Shared.Next();
        TestContext.Current.TestOutputHelper?.WriteLine($"{Variable}={seed}");
        return seed;
    }
}
