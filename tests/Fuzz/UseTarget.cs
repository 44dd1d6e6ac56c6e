using Strata.Arrow;
using Strata.Rrd;
using Strata.Rrd.Dataframe;
using Strata.Rrd.Editing;
using Strata.Rrd.Tests.Dataframe;
using Strata.Rrd.Tests.Hostile;

namespace Strata.Fuzz.Tests;

/// <summary>What people do with a file that can be read: it is compared with itself, its cells are printed, its rows asked for. Few bytes can unfold to values without end there.</summary>
internal sealed class UseTarget : FuzzTarget
{
    /// <summary>As many rows are printed of a column; the print of all takes as long as there are rows.</summary>
    private const int MaxPrintedRows = 20;

    private readonly ProtobufTarget _payloads = new();

    public override string Name => "use";

    public override IReadOnlyList<byte[]> Seeds() => [.. Corpus.Recordings(), .. Unfolding.Files.Where(file => file.Key.Contains("nested", StringComparison.Ordinal) || file.Key.Contains("without end", StringComparison.Ordinal)).Select(file => file.Value())];

    public override byte[] Mutate(byte[] input, Mutator mutator) => _payloads.Mutate(input, mutator);

    public override async Task<string> RunAsync(byte[] input)
    {
        RrdReader reader;
        try
        {
            reader = await RrdReader.OpenAsync(new MemoryBytes(input), TestContext.Current.CancellationToken);
        }
        catch (RrdFormatException)
        {
            return "refused";
        }
        return $"{await DigestAsync(reader)} | {await PrintAsync(reader)} | {await QueryAsync(reader)}";
    }

    // What a comparison makes of each side, on this thread, whose allocations are counted.
    private static async Task<string> DigestAsync(RrdReader reader)
    {
        var budget = new ValueBudget();
        using var digest = new ChunkDigest(budget);
        foreach (var entry in reader.Contents.Stores.SelectMany(store => store.Manifest.Entries))
        {
            try
            {
                var chunk = await reader.ReadChunkAsync(entry, TestContext.Current.CancellationToken);
                budget.Earn(entry.ByteSize);
                digest.Of(ChunkRows.SortedByRowId(chunk, budget), _ => true);
            }
            catch (RrdFormatException)
            {
                // Said when the file was opened.
            }
            catch (ArrowFormatException e)
            {
                return Words.Of(e.Expected);
            }
        }
        return "digests";
    }

    private static async Task<string> PrintAsync(RrdReader reader)
    {
        var longest = 0;
        foreach (var store in reader.Contents.Stores)
        {
            foreach (var entry in store.Manifest.Entries)
            {
                try
                {
                    var chunk = await reader.ReadChunkAsync(entry, TestContext.Current.CancellationToken);
                    longest = Math.Max(longest, chunk.Components.Max(component => Enumerable.Range(0, Math.Min(chunk.NumRows, MaxPrintedRows)).Max(row => (int?)CellText.Of(component.Lists, row).Length)) ?? 0);
                }
                catch (RrdFormatException)
                {
                    // Said when the file was opened.
                }
            }
        }
        return $"cells of 2^{Math.ILogB(longest + 1)}";
    }

    private static async Task<string> QueryAsync(RrdReader reader)
    {
        var rows = 0L;
        try
        {
            var segments = Dataframes.Segments([reader]);
            foreach (var index in segments.Values.SelectMany(layers => layers).SelectMany(layer => layer.Manifest.Timelines).Select(timeline => timeline.Timeline).Distinct().Take(2))
            {
                rows += (await segments.ReadAsync(Dataframes.On(index))).Sum(batch => (long)batch.Length);
            }
            return $"{Math.Min(rows, 3)} rows";
        }
        catch (Exception e) when (e is RrdFormatException or DataframeException)
        {
            return Words.Of(e is RrdFormatException format ? format.Expected : e.Message);
        }
    }
}
