using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>A recording that is read once, in order: a file that is opened when its turn comes, or a stream.</summary>
public sealed class RecordingInput
{
    private readonly Func<OpenedInput> _open;

    private RecordingInput(string name, Func<OpenedInput> open)
    {
        Name = name;
        _open = open;
    }

    /// <summary>What findings and errors call it.</summary>
    public string Name { get; }

    /// <summary>A file, opened when it is read and closed behind its last message.</summary>
    public static RecordingInput OfFile(string name, string path) => new(name, () =>
    {
        var bytes = FileBytes.Open(path);
        return new OpenedInput(bytes, null, bytes);
    });

    /// <summary>Bytes that stay the caller's.</summary>
    public static RecordingInput Of(string name, IRandomAccessBytes bytes)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return new(name, () => new OpenedInput(bytes, null, null));
    }

    /// <summary>A stream that need not seek, such as standard input. It stays the caller's, and is read to its end.</summary>
    public static RecordingInput Of(string name, Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        return new(name, () => new OpenedInput(null, stream, null));
    }

    internal OpenedInput Open() => _open();
}

/// <summary>An input that is being read.</summary>
/// <param name="Bytes">Null where the input is a stream, which has no footer before it ends.</param>
internal sealed record OpenedInput(IRandomAccessBytes? Bytes, Stream? Stream, IDisposable? Owned) : IDisposable
{
    public ByteCursor Cursor() => Bytes is { } bytes ? new RandomAccessCursor(bytes, 0, bytes.Length) : new StreamCursor(Stream!);

    public void Dispose() => Owned?.Dispose();
}

/// <summary>An input cannot be used as it is: which one, and what is wrong where.</summary>
public sealed class RecordingInputException(string input, RrdFormatException fault)
    : MalformedDataException($"{input}: {fault.Message}", fault.Offset, fault.Expected, fault.Found, fault)
{
    /// <summary>The name that the input was given.</summary>
    public string Input { get; } = input;

    /// <summary>What is wrong with it, and where.</summary>
    public RrdFormatException Fault { get; } = fault;
}
