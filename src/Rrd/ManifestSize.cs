namespace Strata.Rrd;

/// <summary>How large a manifest is, and how large it may become: few columns make very many pairs. Source: rrd-format §9.2, §11.</summary>
/// <param name="Ranges">Pairs of a timeline and a component, of which each has three columns.</param>
/// <param name="RangeNameChars">Characters of the names of these columns.</param>
internal readonly record struct ManifestSize(int Chunks, int Components, int Timelines, int Ranges, long RangeNameChars)
{
    private long Columns => Components + (2L * Timelines) + (3L * Ranges);

    public static long NameChars(ComponentDescriptor component) => (component.Archetype?.Length ?? 0) + component.Component.Length;

    /// <exception cref="RrdFormatException">No further chunk may follow.</exception>
    public void RequireRoom(long offset)
    {
        if (Chunks >= RrdLimits.MaxChunks)
        {
            throw TooManyCells(offset, Columns);
        }
    }

    /// <param name="moreChunks">Chunks that may follow, all with the columns that are there.</param>
    /// <exception cref="RrdFormatException">It is too large for them.</exception>
    public void RequireBounds(int moreChunks, long offset)
    {
        if (RangeNameChars > RrdLimits.MaxManifestNameChars)
        {
            throw TooManyNames(offset, RangeNameChars);
        }
        if (Columns > RrdLimits.MaxColumns || Columns * (Chunks + (long)moreChunks) > RrdLimits.MaxManifestCells)
        {
            throw TooManyCells(offset, Columns);
        }
    }

    /// <param name="newRanges">How many of its pairs the manifest does not have yet; asked for only where the sum of all would be too many.</param>
    /// <exception cref="RrdFormatException">It would become too large with the chunk.</exception>
    public void RequireRoomFor(Chunk chunk, Func<Chunk, long> newRanges, long offset)
    {
        // Every timeline of a chunk goes with every component of it.
        var columns = Columns + chunk.Components.Count + (2L * chunk.Timelines.Count);
        var pairs = (long)chunk.Timelines.Count * chunk.Components.Count;
        var nameChars = RangeNameChars + (chunk.Timelines.Sum(timeline => (long)timeline.Name.Length) * chunk.Components.Count)
            + (chunk.Components.Sum(component => NameChars(component.Descriptor)) * chunk.Timelines.Count);
        if (nameChars > RrdLimits.MaxManifestNameChars)
        {
            throw TooManyNames(offset, nameChars);
        }
        if (Chunks >= RrdLimits.MaxChunks || (!Fits(columns + (3 * pairs)) && (pairs > RrdLimits.MaxColumns || !Fits(columns + (3 * newRanges(chunk))))))
        {
            throw TooManyCells(offset, columns + (3 * pairs));
        }
    }

    private bool Fits(long columns) => columns <= RrdLimits.MaxColumns && columns * (Chunks + 1L) <= RrdLimits.MaxManifestCells;

    private static RrdFormatException TooManyNames(long offset, long chars) =>
        new(offset, $"a store whose index columns have names of at most {RrdLimits.MaxManifestNameChars} characters", $"{chars}", "Record it again with shorter names of timelines and components.");

    private RrdFormatException TooManyCells(long offset, long columns) =>
        new(offset, "a store whose chunk index stays within bounds", $"{Chunks + 1} chunks with {columns} index columns", "Merge its chunks first: rerun rrd optimize.");
}
