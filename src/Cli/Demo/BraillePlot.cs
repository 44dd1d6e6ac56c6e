namespace Strata.Cli;

/// <summary>A curve in braille characters: each is two dots wide and four high.</summary>
internal sealed class BraillePlot
{
    private const int DotsAcross = 2;
    private const int DotsDown = 4;
    private const int DashDots = 4;
    private const char Blank = '\u2800';

    // Bit of each dot of a braille character, by column and row from the top.
    private static readonly int[,] Bits = { { 0x01, 0x02, 0x04, 0x40 }, { 0x08, 0x10, 0x20, 0x80 } };

    private readonly int[,] _cells;

    private BraillePlot(int columns, int rows) => _cells = new int[rows, columns];

    /// <summary>Each dot column shows the range from the smallest to the largest of the values that fall into it: no peak is lost.</summary>
    /// <param name="mark">A value to draw a dashed line at.</param>
    /// <param name="top">Value at the upper edge; the lower edge is 0.</param>
    /// <returns>One string a line, top first.</returns>
    public static IReadOnlyList<string> Lines(ReadOnlySpan<double> values, double mark, double top, int columns, int rows)
    {
        var plot = new BraillePlot(columns, rows);
        var across = columns * DotsAcross;
        var down = rows * DotsDown;
        for (var x = 0; x < across && values.Length > 0; x++)
        {
            var start = (int)((long)x * values.Length / across);
            // One value more than its own share, so that neighbouring columns meet and the curve has no gaps.
            var end = Math.Min(values.Length, (int)((long)(x + 1) * values.Length / across) + 1);
            var (low, high) = Range(values[start..Math.Max(end, start + 1)]);
            for (var y = Dot(low, top, down); y <= Dot(high, top, down); y++)
            {
                plot.Set(x, down - 1 - y);
            }
        }

        for (var x = 0; x < across; x++)
        {
            if (x % DashDots < DashDots / 2)
            {
                plot.Set(x, down - 1 - Dot(mark, top, down));
            }
        }

        return plot.Render();
    }

    private static (double Low, double High) Range(ReadOnlySpan<double> values)
    {
        var (low, high) = (values[0], values[0]);
        foreach (var value in values)
        {
            (low, high) = (Math.Min(low, value), Math.Max(high, value));
        }

        return (low, high);
    }

    private static int Dot(double value, double top, int down) => (int)Math.Clamp(value / top * down, 0, down - 1);

    private void Set(int x, int y) => _cells[y / DotsDown, x / DotsAcross] |= Bits[x % DotsAcross, y % DotsDown];

    private string[] Render()
    {
        var lines = new string[_cells.GetLength(0)];
        for (var row = 0; row < lines.Length; row++)
        {
            lines[row] = string.Create(_cells.GetLength(1), row, (span, r) =>
            {
                for (var column = 0; column < span.Length; column++)
                {
                    span[column] = (char)(Blank + _cells[r, column]);
                }
            });
        }

        return lines;
    }
}
