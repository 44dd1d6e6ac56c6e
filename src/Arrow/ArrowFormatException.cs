namespace Strata.Arrow;

/// <summary>Bytes or arrays that are not valid Arrow, or use a part of Arrow that is refused by name. The only exception that reading untrusted bytes throws.</summary>
public sealed class ArrowFormatException : Exception
{
    /// <summary>Says where what was found in place of what was expected.</summary>
    public ArrowFormatException(long offset, string expected, string found)
        : base($"Arrow data at byte {offset}: expected {expected}, found {found}")
    {
        Offset = offset;
        Expected = expected;
        Found = found;
    }

    /// <summary>Byte offset in the memory that was read, or -1 when the fault has no place in it (an array that is to be written).</summary>
    public long Offset { get; }

    /// <summary>What the format asks for, in words.</summary>
    public string Expected { get; }

    /// <summary>What is there instead, in words.</summary>
    public string Found { get; }
}
