using Strata.Arrow;
using Strata.Rrd;

namespace Strata.Deriving;

/// <summary>Rows of numbers over time.</summary>
/// <param name="Timeline">Name of the index.</param>
/// <param name="Kind">What its numbers mean.</param>
/// <param name="Times">Ascending, each once; nanoseconds, or a count.</param>
/// <param name="Rows">One a time, as long as what was logged.</param>
public sealed record NumberColumn(string Timeline, TimelineKind Kind, IReadOnlyList<long> Times, IReadOnlyList<double[]> Rows)
{
    internal static NumberColumn Of(IReadOnlyList<Chunk> chunks, ColumnName column, string index)
    {
        var rows = new SortedDictionary<long, (Tuid Id, double[] Row)>();
        TimelineKind? kind = null;
        foreach (var chunk in chunks.Where(chunk => chunk.EntityPath == column.Entity))
        {
            if (chunk.Timeline(index) is not { } times || chunk.Component(column.Component)?.Lists is not { } lists)
            {
                continue;
            }

            kind ??= times.Kind;
            var numbers = NumbersOf(lists.Values, column);
            for (var row = 0; row < chunk.NumRows; row++)
            {
                var (time, id) = (times.Times[row], chunk.RowId(row));
                if (lists.IsValid(row) && (!rows.TryGetValue(time, out var older) || id >= older.Id))
                {
                    var from = lists.ValueOffsets[row];
                    rows[time] = (id, numbers[from..(from + lists.GetValueLength(row))]);
                }
            }
        }

        return kind is { } found
            ? new(index, found, [.. rows.Keys], [.. rows.Values.Select(r => r.Row)])
            : throw new ColumnException($"expected rows of {column} on the index '{index}', found {Found(chunks, column)}");
    }

    private static string Found(IReadOnlyList<Chunk> chunks, ColumnName column)
    {
        var own = chunks.Where(chunk => chunk.EntityPath == column.Entity).ToList();
        return own.Count == 0
            ? "nothing of that entity"
            : $"components {string.Join(", ", own.SelectMany(c => c.Components).Select(c => c.Descriptor.Component).Distinct())} on {string.Join(", ", own.SelectMany(c => c.Timelines).Select(t => t.Name).Distinct().DefaultIfEmpty("no index"))}";
    }

    private static double[] NumbersOf(IArrowArray values, ColumnName column) => values switch
    {
        DoubleArray numbers => numbers.Values.ToArray(),
        FloatArray numbers => Array.ConvertAll(numbers.Values.ToArray(), n => (double)n),
        Int64Array numbers => Array.ConvertAll(numbers.Values.ToArray(), n => (double)n),
        Int32Array numbers => Array.ConvertAll(numbers.Values.ToArray(), n => (double)n),
        _ => throw new ColumnException($"expected lists of float64, float32, int64 or int32 in {column}, found {values.DataType}; read it from Chunks"),
    };
}

/// <summary>A column is not there, or is not what was asked for.</summary>
/// <param name="message">Expected, found, what to do.</param>
public sealed class ColumnException(string message) : Exception(message);

/// <summary>An entity and a component of it.</summary>
internal sealed record ColumnName(EntityPath Entity, string Component)
{
    private const string Scalars = "Scalars:scalars";

    public static ColumnName Parse(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == ':')
            {
                return new(EntityPath.Parse(text[..i]), text[(i + 1)..]);
            }
        }

        return new(EntityPath.Parse(text), Scalars);
    }

    public override string ToString() => $"{Entity}:{Component}";
}
