using System.Collections.Immutable;
using System.Globalization;
using System.Security.Cryptography;
using Strata.Crash.Life;

namespace Strata.Crash.Tests;

/// <summary>What a kill cost, judged from the log, the files and the read models that stand after the next life.</summary>
/// <param name="Lost">Acknowledged calls that the log does not hold, and what a life without faults has and this one has not.</param>
/// <param name="Doubled">Events, layers and evaluations that are there more than once, and what a life without faults has not.</param>
/// <param name="Halves">Files that are not what their event says, and files that no event names.</param>
/// <param name="Differences">Between the read models and a fresh replay.</param>
internal sealed record Verdict(ImmutableArray<string> Lost, ImmutableArray<string> Doubled, ImmutableArray<string> Halves, ImmutableArray<string> Differences)
{
    public static async Task<Verdict> OfAsync(IReadOnlyList<string> lines, Account stands, Account reference, string folder)
    {
        var (here, there) = (Catalog(stands), Catalog(reference));
        return new(
            [.. UnheldCalls(lines, stands), .. Beyond(there, here)],
            [
                .. Twice(stands.Facts.Select(f => f.EventId.ToString())),
                .. Twice(stands.Facts.Select(f => $"{f.Stream} {f.Version}")),
                .. Twice(stands.Facts.Select(f => f.Layer)),
                .. Twice(stands.Facts.Select(f => f.Work)),
                .. Beyond(here, there),
            ],
            await HalvesAsync(stands, folder),
            stands.Differences);
    }

    public void ShouldBeClean(string kill)
    {
        Lost.ShouldBeEmpty(kill);
        Doubled.ShouldBeEmpty(kill);
        Halves.ShouldBeEmpty(kill);
        Differences.ShouldBeEmpty(kill);
    }

    private static IEnumerable<string> UnheldCalls(IEnumerable<string> lines, Account stands)
    {
        var held = stands.Facts.Select(f => (f.Command, f.Position)).ToHashSet();
        return lines.Select(line => line.Split(' ')).Where(words => words[0] == "acknowledged")
            .Select(words => (Call: words[1], Position: long.Parse(words[2], CultureInfo.InvariantCulture)))
            .Where(told => !held.Contains(told)).Select(told => $"{told.Call} was acknowledged at {told.Position}");
    }

    /// <summary>Without what differs from one run to the next: ids, times and positions.</summary>
    private static IEnumerable<string> Catalog(Account account) => account.Facts.Select(f => $"{f.Type} {f.Layer} {f.Fingerprint} {f.Outcome}");

    private static IEnumerable<string> Beyond(IEnumerable<string> these, IEnumerable<string> those)
    {
        var rest = those.ToList();
        return [.. these.Where(one => !rest.Remove(one))];
    }

    private static IEnumerable<string> Twice(IEnumerable<string?> values) => values.OfType<string>().GroupBy(v => v, StringComparer.Ordinal).Where(g => g.Count() > 1).Select(g => g.Key);

    /// <summary>Says whose the recordings are, and is none.</summary>
    private const string StoreId = "store.id";

    private static async Task<ImmutableArray<string>> HalvesAsync(Account stands, string folder)
    {
        var named = stands.Facts.Select(f => f.Location).OfType<string>().Select(location => Path.GetFullPath(Path.Combine(folder, location))).ToHashSet(StringComparer.Ordinal);
        var halves = Directory.GetFiles(Path.Combine(folder, "recordings"), "*", SearchOption.AllDirectories)
            .Where(file => !named.Contains(file) && Path.GetFileName(file) != StoreId).ToList();
        foreach (var file in named)
        {
            if (!File.Exists(file) || Convert.ToHexStringLower(SHA256.HashData(await File.ReadAllBytesAsync(file))) != Path.GetFileNameWithoutExtension(file))
            {
                halves.Add(file);
            }
        }

        return [.. halves];
    }
}
