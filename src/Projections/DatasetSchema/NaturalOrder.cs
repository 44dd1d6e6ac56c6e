using System.Text;

namespace Strata.Projections.DatasetSchema;

/// <summary>
/// Text as people sort it: <c>joint2</c> before <c>joint10</c>, <c>a</c> before <c>B</c> before <c>b</c>. Digits that begin with 0 on one side are compared as
/// those behind a point: <c>1.02</c> before <c>1.1</c>. It is the order of entity path parts in Rerun.
/// </summary>
internal static class NaturalOrder
{
    public static int Compare(string left, string right)
    {
        var (a, b) = (left.EnumerateRunes().ToArray(), right.EnumerateRunes().ToArray());
        var (i, j) = (0, 0);
        while (i < a.Length && j < b.Length)
        {
            int order;
            if (IsDigit(a[i]) && IsDigit(b[j]))
            {
                var first = Digits(a, ref i);
                var second = Digits(b, ref j);
                order = IsZero(first[0]) || IsZero(second[0]) ? first.SequenceCompareTo(second) : CompareNumbers(first, second);
            }
            else
            {
                order = CompareLetters(a[i++], b[j++]);
            }

            if (order != 0)
            {
                return order;
            }
        }

        return (a.Length - i) - (b.Length - j);
    }

    private static int CompareNumbers(ReadOnlySpan<Rune> left, ReadOnlySpan<Rune> right) =>
        left.Length != right.Length ? left.Length - right.Length : left.SequenceCompareTo(right);

    private static int CompareLetters(Rune left, Rune right) =>
        Lowered(left) - Lowered(right) is not 0 and var order ? order : left.CompareTo(right);

    private static int Lowered(Rune letter) => letter.IsAscii ? char.ToLowerInvariant((char)letter.Value) : letter.Value;

    private static ReadOnlySpan<Rune> Digits(Rune[] text, ref int at)
    {
        var start = at;
        while (at < text.Length && IsDigit(text[at]))
        {
            at++;
        }

        return text.AsSpan(start, at - start);
    }

    private static bool IsDigit(Rune letter) => letter.IsAscii && char.IsAsciiDigit((char)letter.Value);

    private static bool IsZero(Rune letter) => letter.Value == '0';
}
