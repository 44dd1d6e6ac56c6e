using System.Buffers.Binary;
using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>Rows of one entity: row ids, timelines and components as columns of equal length. Without timelines it is static. Source: rrd-format §4.</summary>
public sealed class Chunk
{
    private readonly FixedSizeBinaryArray _rowIds;

    /// <param name="id">Unique in the recording.</param>
    /// <param name="entityPath">The entity of all rows.</param>
    /// <param name="rowIds">16 big-endian bytes a row, without nulls.</param>
    /// <param name="timelines">Empty for a static chunk. Kept in ordinal order of their names.</param>
    /// <param name="components">Kept in the order of their descriptors.</param>
    /// <exception cref="ChunkRefusedException">Lengths differ, or a name occurs twice.</exception>
    /// <exception cref="ArgumentException">Row ids are not 16 bytes wide, or null.</exception>
    public Chunk(Tuid id, EntityPath entityPath, FixedSizeBinaryArray rowIds, IEnumerable<TimeColumn> timelines, IEnumerable<ComponentColumn> components)
    {
        ArgumentNullException.ThrowIfNull(entityPath);
        ArgumentNullException.ThrowIfNull(rowIds);
        // A decimal is an array of fixed width, too, and 16 bytes wide at 128 bits.
        if (rowIds.DataType is not FixedSizeBinaryType { ByteWidth: Tuid.Size } || rowIds.NullCount != 0)
        {
            throw new ArgumentException($"Row ids are 16 bytes wide and never null; found {rowIds.DataType} with {rowIds.NullCount} nulls.", nameof(rowIds));
        }
        Id = id;
        EntityPath = entityPath;
        _rowIds = rowIds;
        Timelines = [.. timelines.OrderBy(timeline => timeline.Name, StringComparer.Ordinal)];
        Components = [.. components.OrderBy(component => component.Descriptor)];
        RequireLengths();
        RequireDistinct(Timelines.Select(timeline => timeline.Name), "timeline");
        RequireDistinct(Components.Select(component => component.Descriptor.Component), "component");
    }

    /// <summary>Unique in the recording.</summary>
    public Tuid Id { get; }

    /// <summary>The entity of all rows.</summary>
    public EntityPath EntityPath { get; }

    /// <summary>Whether it holds at all times: it has no timelines.</summary>
    public bool IsStatic => Timelines.Count == 0;

    /// <summary>Number of rows.</summary>
    public int NumRows => _rowIds.Length;

    /// <summary>16 big-endian bytes a row.</summary>
    public ReadOnlySpan<byte> RowIdBytes => _rowIds.Values;

    /// <summary>The array of <see cref="RowIdBytes"/>.</summary>
    public FixedSizeBinaryArray RowIds => _rowIds;

    /// <summary>In ordinal order of their names.</summary>
    public IReadOnlyList<TimeColumn> Timelines { get; }

    /// <summary>In the order of their descriptors.</summary>
    public IReadOnlyList<ComponentColumn> Components { get; }

    /// <summary>True when the row ids never decrease, as a catalog server requires.</summary>
    public bool IsSortedByRowId
    {
        get
        {
            var bytes = RowIdBytes;
            var (time, counter) = (ulong.MinValue, ulong.MinValue);
            for (var i = 0; i < bytes.Length; i += Tuid.Size)
            {
                var nextTime = BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(i, sizeof(ulong)));
                var nextCounter = BinaryPrimitives.ReadUInt64BigEndian(bytes.Slice(i + sizeof(ulong), sizeof(ulong)));
                if (nextTime < time || (nextTime == time && nextCounter < counter))
                {
                    return false;
                }
                (time, counter) = (nextTime, nextCounter);
            }
            return true;
        }
    }

    /// <summary>The id of one row. Of two rows at one time, Rerun shows that with the higher id.</summary>
    public Tuid RowId(int row) => Tuid.ReadBigEndian(RowIdBytes.Slice(row * Tuid.Size, Tuid.Size));

    /// <summary>The timeline of this name, or null.</summary>
    public TimeColumn? Timeline(string name) => Timelines.FirstOrDefault(timeline => timeline.Name == name);

    /// <summary>The component with this identifier, or null.</summary>
    public ComponentColumn? Component(string identifier) => Components.FirstOrDefault(component => component.Descriptor.Component == identifier);

    /// <summary>The row whose value counts where no time tells rows apart: the newest that is not null. Null: there is none.</summary>
    internal int? NewestRow(ComponentColumn component)
    {
        int? newest = null;
        for (var row = 0; row < NumRows; row++)
        {
            if (component.Lists.IsValid(row) && (newest is not { } known || RowId(row) >= RowId(known)))
            {
                newest = row;
            }
        }
        return newest;
    }

    private void RequireLengths()
    {
        foreach (var timeline in Timelines)
        {
            RequireLength($"timeline '{timeline.Name}'", timeline.Times.Length);
        }
        foreach (var component in Components)
        {
            RequireLength($"component '{component.Descriptor}'", component.Lists.Length);
        }
    }

    private void RequireLength(string what, int length)
    {
        if (length != NumRows)
        {
            throw new ChunkRefusedException(EntityPath, $"{NumRows} rows in every column", $"{length} rows in the {what}", "All columns of a chunk have one value for each row.");
        }
    }

    private void RequireDistinct(IEnumerable<string> names, string what)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!seen.Add(name))
            {
                throw new ChunkRefusedException(EntityPath, $"each {what} once", $"the {what} '{name}' twice", "Within an entity the name alone is the key: give the other one another name.");
            }
        }
    }
}
