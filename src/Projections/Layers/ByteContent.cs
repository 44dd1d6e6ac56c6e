namespace Strata.Projections.Layers;

/// <summary>Compares byte strings by content, also against bytes that are not an array yet.</summary>
internal sealed class ByteContent : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    private const int SampleBits = 6;

    public static readonly ByteContent Comparer = new();

    /// <summary>SQLite's order of texts and blobs, and Rust's of strings.</summary>
    public static readonly Comparer<byte[]> Order = Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b));

    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    public int GetHashCode(byte[] obj) => GetHashCode(obj.AsSpan());

    /// <summary>Samples: equal contents hash alike, and to tell different ones apart is the comparison's work, which is vectorised.</summary>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = alternate.Length;
        for (var i = 0; i < alternate.Length; i += 1 + (alternate.Length >> SampleBits))
        {
            hash = (hash * 31) + alternate[i];
        }

        return hash;
    }

    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
}
