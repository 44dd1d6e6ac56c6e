using Strata.Contracts;

namespace Strata.Bus.Tests;

/// <summary>Events as they may stand in a log.</summary>
internal static class Some
{
    public static readonly DatasetId Dataset = new("0190d5a8e7c47cc1a2b3c4d5e6f70819");

    public static readonly EventSource Person = new("cli", "ada");

    public static StrataEvent[] DatasetWithRules => [new DatasetCreated(Dataset, "arm", KeepMode.Auto), Rule("tracking_error", "base"), Rule("quality", "tracking_error")];

    public static RuleDeclared Rule(string name, string input, int revision = 1) => new(Dataset, name, revision, name, [input], name, CanonicalJson.EmptyObject);

    public static LayerRegistered Layer(string segment, string layer = "base") => new(
        Dataset,
        segment,
        layer,
        "rrd",
        "app",
        $"file:///recordings/{segment}.rrd",
        new KeptBytes(KeepMode.Copy, "ab/cd.rrd", null, null),
        10,
        9,
        Digest('a'),
        null,
        1,
        Digest('b'),
        Digest('c'),
        null,
        Digest('d'),
        [],
        Person,
        null,
        LayerOrigin.Given,
        null);

    public static LayerUnregistered Removed(string segment, string layer) => new(Dataset, segment, layer, Digest('a'), "asked", Person);

    private static Sha256Digest Digest(char digit) => Sha256Digest.Parse(new string(digit, 64));
}
