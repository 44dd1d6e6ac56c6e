using System.Globalization;
using System.Text;
using Strata.Arrow;

namespace Strata.DerivationWorkers;

/// <summary>A value in words. Two numbers or texts that differ in any bit read differently; of what is nested only the type is told.</summary>
internal static class ValueWords
{
    public static string Of(IArrowArray values, int index) => values.IsNull(index) ? "null" : values switch
    {
        // Two that are not a number, and the two zeros, differ only in their bits.
        DoubleArray doubles => string.Create(CultureInfo.InvariantCulture, $"{doubles.Values[index]:R} (0x{BitConverter.DoubleToUInt64Bits(doubles.Values[index]):x16})"),
        FloatArray floats => string.Create(CultureInfo.InvariantCulture, $"{floats.Values[index]:R} (0x{BitConverter.SingleToUInt32Bits(floats.Values[index]):x8})"),
        PrimitiveArray<long> longs => longs.Values[index].ToString(CultureInfo.InvariantCulture),
        PrimitiveArray<ulong> longs => longs.Values[index].ToString(CultureInfo.InvariantCulture),
        PrimitiveArray<int> ints => ints.Values[index].ToString(CultureInfo.InvariantCulture),
        BooleanArray booleans => booleans.GetValue(index) == true ? "true" : "false",
        StringArray texts => Encoding.UTF8.GetString(texts.GetBytes(index)),
        _ => $"a value of {values.DataType}",
    };
}
