using System.Globalization;
using System.Text.Json;

namespace Strata.Bench;

/// <summary>Medians of raw samples as Markdown tables.</summary>
internal static class Report
{
    public static async Task PrintAsync(string folder, TextWriter output)
    {
        foreach (var file in Directory.GetFiles(folder, "*.jsonl").Order(StringComparer.Ordinal))
        {
            var lines = await File.ReadAllLinesAsync(file);
            var header = JsonSerializer.Deserialize(lines[0], ResultJson.Default.RunHeader)!;
            await output.WriteLineAsync($"\n### {Path.GetFileNameWithoutExtension(file)}\n");
            await output.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{header.At:yyyy-MM-dd HH:mm}Z, {header.Commit}, load at start {header.LoadAtStart:0.0}{(header.Quick ? ", quick" : "")}\n"));
            await output.WriteLineAsync("| what | unit | Strata: median (min–max) | peer: median (min–max) | Strata / peer |\n|---|---|---|---|---|");
            var samples = lines.Skip(1).Select(line => JsonSerializer.Deserialize(line, ResultJson.Default.Sample)!);
            foreach (var group in samples.GroupBy(sample => (sample.Case, sample.Unit)))
            {
                var strata = Values(group, Side.Strata);
                var peer = Values(group, Side.Peer);
                // Less than a tick of the clock is no divisor.
                var ratio = strata.Length > 0 && peer.Length > 0 && Median(peer) > 0 ? (Median(strata) / Median(peer)).ToString("0.00", CultureInfo.InvariantCulture) : "";
                await output.WriteLineAsync($"| {group.Key.Case} | {group.Key.Unit} | {Show(strata)} | {Show(peer)} | {ratio} |");
            }
        }
    }

    private static double[] Values(IEnumerable<Sample> samples, Side side) => [.. samples.Where(s => s.Side == side).Select(s => s.Value).Order()];

    private static string Show(double[] sorted) => sorted switch
    {
        [] => "",
        [var one] => Number(one),
        _ => $"{Number(Median(sorted))} ({Number(sorted[0])}–{Number(sorted[^1])})",
    };

    private static double Median(double[] sorted) =>
        sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    private static string Number(double value) => value.ToString(Math.Abs(value) switch { >= 1_000 => "N0", >= 10 => "0.0", _ => "0.000" }, CultureInfo.InvariantCulture);
}
