namespace Strata.Rrd;

/// <summary>How far a block is decoded that comes in parts. Source: rrd-format §3.2.</summary>
/// <param name="Decoded">Bytes that came of it.</param>
/// <param name="Token">Of the sequence whose literals were begun; <see cref="NoToken"/> between two sequences.</param>
/// <param name="Literals">How many of its literals are still to come.</param>
internal readonly record struct Lz4BlockPosition(int Decoded, int Token = Lz4BlockPosition.NoToken, int Literals = 0)
{
    public const int NoToken = -1;

    public static Lz4BlockPosition Start => new(0);
}
