using System.Runtime.InteropServices;

namespace Strata.Arrow;

/// <summary>A slice of somebody's memory. Arrays that were read keep the memory that was given alive and copy nothing.</summary>
public readonly struct ArrowBuffer(ReadOnlyMemory<byte> memory)
{
    /// <summary>No bytes.</summary>
    public static ArrowBuffer Empty => default;

    /// <summary>The bytes as they were given.</summary>
    public ReadOnlyMemory<byte> Memory { get; } = memory;

    /// <summary>The bytes as they were given.</summary>
    public ReadOnlySpan<byte> Span => Memory.Span;

    /// <summary>Number of bytes.</summary>
    public int Length => Memory.Length;

    /// <summary>Whether there are no bytes.</summary>
    public bool IsEmpty => Memory.IsEmpty;

    /// <summary>A copy of <paramref name="values"/> as bytes.</summary>
    public static ArrowBuffer Of<T>(ReadOnlySpan<T> values)
        where T : unmanaged => new(MemoryMarshal.AsBytes(values).ToArray());

    /// <summary>The bytes as values of T; x64 and arm64 read unaligned values just as well.</summary>
    internal ReadOnlySpan<T> As<T>()
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Span);
}
