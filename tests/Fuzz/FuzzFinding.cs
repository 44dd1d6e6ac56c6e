using System.Security.Cryptography;

namespace Strata.Fuzz.Tests;

/// <summary>An input that a reader fails on. It lies in a file; see <see cref="FuzzTests"/> for how to read it again.</summary>
internal sealed class FuzzFinding : Exception
{
    public FuzzFinding(FuzzTarget target, byte[] input, int seed, int count, Exception inner)
        : base($"{target.Name}, input {count} of seed {seed}: {inner.Message}\nThe input is {Save(target, input)}; read it again with STRATA_FUZZ_REPLAY set to that file, "
            + "and once the fault is mended keep it in tests/Fuzz/Crashes.", inner)
    {
    }

    /// <summary>Where inputs are left: STRATA_FUZZ_CRASHES, or a folder of the machine's temporary ones.</summary>
    public static string Folder()
    {
        var folder = Environment.GetEnvironmentVariable("STRATA_FUZZ_CRASHES") is { Length: > 0 } given ? given : Path.Combine(Path.GetTempPath(), "strata-fuzz");
        Directory.CreateDirectory(folder);
        return folder;
    }

    private static string Save(FuzzTarget target, byte[] input)
    {
        var path = Path.Combine(Folder(), $"{target.Name}-{Convert.ToHexStringLower(SHA256.HashData(input))[..12]}");
        File.WriteAllBytes(path, input);
        return path;
    }
}
