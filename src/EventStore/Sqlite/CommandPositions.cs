using System.Collections.Immutable;
using System.Text.Json;

namespace Strata.EventStore.Sqlite;

/// <summary>
/// The positions that an append got, in three columns: the last one, how many, and a JSON array of all. The array is NULL where they are consecutive, as all that this
/// adapter gives are; those of an imported log, whose appends ran at the same time, may be mixed.
/// </summary>
internal static class CommandPositions
{
    /// <param name="first">Column of the last position; count and array follow.</param>
    public static ImmutableArray<long> Read(Statement row, int first) =>
        row.IsNull(first + 2) ? Consecutive(row.Int64(first) - row.Int64(first + 1) + 1, (int)row.Int64(first + 1)) : [.. JsonSerializer.Deserialize<long[]>(row.Bytes(first + 2))!];

    public static ImmutableArray<long> Consecutive(long first, int count)
    {
        var positions = ImmutableArray.CreateBuilder<long>(count);
        for (var i = 0; i < count; i++)
        {
            positions.Add(first + i);
        }

        return positions.MoveToImmutable();
    }

    /// <returns>What the column of the array holds.</returns>
    public static string? Write(IReadOnlyList<long> positions, long last) =>
        positions.Index().All(p => p.Item == last - positions.Count + 1 + p.Index) ? null : JsonSerializer.Serialize(positions);
}
