namespace Strata.Arrow;

/// <summary>
/// Bytes that are not what their format asks for, or ask for more than a limit allows: where, what was expected, what was found. The base of all errors that reading and editing untrusted
/// bytes throws; what derives from it says whose bytes they were.
/// </summary>
public abstract class MalformedDataException : Exception
{
    /// <summary>Says where what was found in place of what was expected.</summary>
    /// <param name="message">For people: all that the properties say, and what helps.</param>
    /// <param name="offset">In bytes from the start of what was read; -1 where the fault has no place in it.</param>
    /// <param name="expected">What the format asks for, in words.</param>
    /// <param name="found">What is there instead, in words.</param>
    /// <param name="innerException">The fault in the bytes inside of these, or null.</param>
    protected MalformedDataException(string message, long offset, string expected, string found, Exception? innerException = null)
        : base(message, innerException)
    {
        Offset = offset;
        Expected = expected;
        Found = found;
    }

    /// <summary>Byte offset from the start of the file, stream or memory that was read; -1 when the fault has no place in it (an array that is to be written, a limit of a computation).</summary>
    public long Offset { get; }

    /// <summary>What the format asks for, in words.</summary>
    public string Expected { get; }

    /// <summary>What is there instead, in words.</summary>
    public string Found { get; }
}
