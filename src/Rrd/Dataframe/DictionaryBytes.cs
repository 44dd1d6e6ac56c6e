using Strata.Arrow;

namespace Strata.Rrd.Dataframe;

/// <summary>Bytes of the values that arrays with dictionaries point to; those that several share count once.</summary>
internal static class DictionaryBytes
{
    public static long Of(IEnumerable<ArrayData> arrays)
    {
        var seen = new HashSet<ArrayData>(ReferenceEqualityComparer.Instance);
        return arrays.Sum(array => Of(array, seen));
    }

    private static long Of(ArrayData array, HashSet<ArrayData> seen)
    {
        var bytes = 0L;
        foreach (var child in array.Children)
        {
            bytes += Of(child, seen);
        }
        return array.Dictionary is { } values && seen.Add(values)
            ? bytes + ArraySizes.BytesOf(ArrowArrayFactory.BuildArray(values)) + Of(values, seen)
            : bytes;
    }
}
