using Strata.Arrow;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>One stream as the inputs hold it.</summary>
/// <param name="Name">As a rule may say it.</param>
/// <param name="Component">The component whose rows count; null when nothing was logged.</param>
/// <param name="Chunks">Those that log it, static ones too.</param>
internal sealed record LoggedStream(string Name, string? Component, IReadOnlyList<Chunk> Chunks)
{
    public static LoggedStream Of(IReadOnlyList<InputLayer> inputs, StreamColumn wanted)
    {
        var chunks = inputs.SelectMany(input => input.Chunks).Where(chunk => chunk.EntityPath == wanted.Entity).ToList();
        var component = wanted.Component ?? Densest(chunks);
        IReadOnlyList<Chunk> logging = component is null ? [] : [.. chunks.Where(chunk => Rows(chunk, component) > 0).DistinctBy(chunk => chunk.Id)];
        return new(wanted.ToString(), component, logging);
    }

    /// <summary>The times of its rows in the order in which they were logged: that of their row ids, wherever the chunks lie in the file.</summary>
    public long[] TimesAsLogged((string Name, TimelineKind Kind) index, CancellationToken cancellationToken)
    {
        var on = Chunks.Where(chunk => chunk.Timeline(index.Name) is { } timeline && timeline.Kind == index.Kind).ToList();
        var rows = new LoggedTime[on.Sum(chunk => Rows(chunk, Component!))];
        var count = 0;
        foreach (var chunk in on)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var times = chunk.Timeline(index.Name)!.Times;
            var lists = chunk.Component(Component!)!.Lists;
            for (var row = 0; row < times.Length; row++)
            {
                if (!lists.IsNull(row))
                {
                    rows[count++] = new(chunk.RowId(row), times[row]);
                }
            }
        }

        if (!IsSorted(rows))
        {
            Array.Sort(rows);
        }

        return Array.ConvertAll(rows, row => row.Time);
    }

    /// <summary>By its rows over time. Of several with as many the first by name.</summary>
    private static string? Densest(List<Chunk> chunks) => chunks
        .SelectMany(chunk => chunk.Components.Select(column => (column.Descriptor.Component, Rows: chunk.IsStatic ? 0 : Rows(column.Lists))))
        .GroupBy(column => column.Component, StringComparer.Ordinal)
        .OrderByDescending(group => group.Sum(column => (long)column.Rows)).ThenBy(group => group.Key, StringComparer.Ordinal)
        .FirstOrDefault()?.Key;

    private static int Rows(Chunk chunk, string component) => chunk.Component(component) is { } column ? Rows(column.Lists) : 0;

    private static int Rows(ListArray lists) => lists.Length - lists.NullCount;

    private static bool IsSorted(LoggedTime[] rows)
    {
        for (var i = 1; i < rows.Length; i++)
        {
            if (rows[i].CompareTo(rows[i - 1]) < 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>By row id; the time only makes the order total.</summary>
    private readonly record struct LoggedTime(Tuid RowId, long Time) : IComparable<LoggedTime>
    {
        public int CompareTo(LoggedTime other)
        {
            var order = RowId.CompareTo(other.RowId);
            return order != 0 ? order : Time.CompareTo(other.Time);
        }
    }
}
