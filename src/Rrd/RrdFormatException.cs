namespace Strata.Rrd;

/// <summary>
/// The bytes are not what the format asks for. Says where, what was expected, what was found and what to do about it.
/// Source: rrd-format §10, §11.
/// </summary>
public sealed class RrdFormatException : Exception
{
    /// <summary>Says where what was found in place of what was expected, and what helps.</summary>
    public RrdFormatException(long offset, string expected, string found, string whatToDo, Exception? innerException = null)
        : base($"At byte {offset}: expected {expected}, found {found}. {whatToDo}", innerException)
    {
        Offset = offset;
        Expected = expected;
        Found = found;
        WhatToDo = whatToDo;
    }

    /// <summary>Byte offset from the start of the file or stream.</summary>
    public long Offset { get; }

    /// <summary>What the format asks for, in words.</summary>
    public string Expected { get; }

    /// <summary>What is there instead, in words.</summary>
    public string Found { get; }

    /// <summary>What helps, as a sentence.</summary>
    public string WhatToDo { get; }
}
