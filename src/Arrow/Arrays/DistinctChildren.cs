namespace Strata.Arrow;

/// <summary>The children of arrays that are joined, those of slices of one array once: a thousand rows of it would otherwise have its values a thousand times.</summary>
internal static class DistinctChildren
{
    /// <summary>The values of one child of all parts, and at which of them each part's begin.</summary>
    /// <exception cref="ArrowFormatException">They are too many for one array.</exception>
    public static (ArrayData Joined, int[] Starts) Join(ArrayData[] parts, int child)
    {
        var known = new Dictionary<ArrayData, int>(ReferenceEqualityComparer.Instance);
        var distinct = new List<ArrayData>();
        var starts = new int[parts.Length];
        long end = 0;
        for (int k = 0; k < parts.Length; k++)
        {
            ArrayData values = parts[k].Children[child];
            if (!known.TryGetValue(values, out starts[k]))
            {
                // Beyond the bounds of an int no array is made.
                known.Add(values, starts[k] = unchecked((int)end));
                distinct.Add(values);
                end += values.Length;
            }
        }

        return (ArrayConcatenator.Concatenate([.. distinct]), starts);
    }
}
