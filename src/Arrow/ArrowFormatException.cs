namespace Strata.Arrow;

/// <summary>Bytes or arrays that are not valid Arrow, or use a part of Arrow that is refused by name. The only exception that reading untrusted bytes as Arrow throws.</summary>
/// <param name="offset">In bytes from the start of what was read; -1 where the fault has no place in it.</param>
/// <param name="expected">What the format asks for, in words.</param>
/// <param name="found">What is there instead, in words.</param>
public sealed class ArrowFormatException(long offset, string expected, string found)
    : MalformedDataException($"Arrow data at byte {offset}: expected {expected}, found {found}", offset, expected, found);
