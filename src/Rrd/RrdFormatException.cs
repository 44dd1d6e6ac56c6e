namespace Strata.Rrd;

/// <summary>
/// The bytes are not what the format asks for. Says where, what was expected, what was found and what to do about it.
/// Source: rrd-format §10, §11.
/// </summary>
public sealed class RrdFormatException : Exception
{
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

    public string Expected { get; }

    public string Found { get; }

    public string WhatToDo { get; }
}
