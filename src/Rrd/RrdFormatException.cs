using Strata.Arrow;

namespace Strata.Rrd;

/// <summary>
/// The bytes are not what the format asks for. Says where, what was expected, what was found and what to do about it.
/// Source: rrd-format §10, §11.
/// </summary>
/// <param name="offset">In bytes from the start of the file or stream.</param>
/// <param name="expected">What the format asks for, in words.</param>
/// <param name="found">What is there instead, in words.</param>
/// <param name="whatToDo">What helps, as a sentence.</param>
/// <param name="innerException">The fault in the bytes inside of these, or null.</param>
public sealed class RrdFormatException(long offset, string expected, string found, string whatToDo, Exception? innerException = null)
    : MalformedDataException($"At byte {offset}: expected {expected}, found {found}. {whatToDo}", offset, expected, found, innerException)
{
    /// <summary>What helps, as a sentence.</summary>
    public string WhatToDo { get; } = whatToDo;
}
