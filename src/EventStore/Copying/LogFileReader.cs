using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;
using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>Reads what <see cref="LogFileWriter"/> wrote. The records are only good when the last of them came: a file that was cut ends with an exception.</summary>
public static class LogFileReader
{
    /// <summary>The longest line is a blob in base64: the property batch or chunk index of one layer, some megabytes for the largest recordings seen.</summary>
    internal const int LongestLineBytes = 512 * 1024 * 1024;

    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 64 };

    /// <exception cref="LogFileException">A line is none of an exported log, or the file was cut or changed.</exception>
    public static async IAsyncEnumerable<LogRecord> ReadAsync(Stream from, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(from);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var reader = PipeReader.Create(from, new StreamPipeReaderOptions(leaveOpen: true));
        var line = 0L;
        LogRecord? record = null;
        while (await ReadLineAsync(reader, line + 1, cancellationToken).ConfigureAwait(false) is { } bytes)
        {
            line++;
            if (line == 1)
            {
                CheckStart(bytes, line);
            }

            record = Parse(bytes, line, hash);
            reader.AdvanceTo(bytes.End);
            if (record is null)
            {
                break;
            }

            yield return record;
        }

        if (line == 0 || record is not null)
        {
            throw new LogFileException(line + 1, "the closing line of an exported log", "the end of the file: it is empty or was cut");
        }

        if (await ReadLineAsync(reader, line + 1, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new LogFileException(line + 1, "the end of the file", "more lines behind the closing one");
        }

        await reader.CompleteAsync().ConfigureAwait(false);
    }

    /// <returns>The line with its end, which the caller advances past; null at the end of the file.</returns>
    private static async ValueTask<ReadOnlySequence<byte>?> ReadLineAsync(PipeReader reader, long line, CancellationToken cancellationToken)
    {
        while (true)
        {
            var read = await reader.ReadAsync(cancellationToken).ConfigureAwait(false);
            if (read.Buffer.PositionOf((byte)'\n') is { } end)
            {
                return read.Buffer.Slice(0, read.Buffer.GetPosition(1, end));
            }

            if (read.IsCompleted)
            {
                return read.Buffer.IsEmpty ? null : throw new LogFileException(line, "a whole line", "the end of the file in its midst: it was cut");
            }

            if (read.Buffer.Length > LongestLineBytes)
            {
                throw new LogFileException(line, $"at most {LongestLineBytes} bytes", "a longer line");
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    private static void CheckStart(ReadOnlySequence<byte> bytes, long line)
    {
        using var json = Document(bytes, line);
        var found = json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty(LogFileNames.Format, out var format) ? format.ToString() : null;
        if (found != LogFileNames.FormatName)
        {
            throw new LogFileException(line, $"a log exported by 'strata log export' (format '{LogFileNames.FormatName}')", found is null ? "no format" : $"format '{found}'");
        }

        if (Int64(json.RootElement, LogFileNames.FormatVersion, line) is var version and > LogFileNames.NewestVersion)
        {
            throw new LogFileException(line, $"format version {LogFileNames.NewestVersion} or older", $"version {version}: a newer Strata wrote it; import it with that one");
        }
    }

    /// <returns>Null for the closing line.</returns>
    private static LogRecord? Parse(ReadOnlySequence<byte> bytes, long line, IncrementalHash hash)
    {
        using var json = Document(bytes, line);
        var root = json.RootElement;
        if (root.ValueKind != JsonValueKind.Object || root.EnumerateObject() is var members && !members.MoveNext())
        {
            throw new LogFileException(line, "a JSON object", root.ValueKind.ToString());
        }

        if (members.Current.NameEquals(LogFileNames.Sha256))
        {
            CheckEnd(root, line, Convert.ToHexStringLower(hash.GetHashAndReset()));
            return null;
        }

        foreach (var segment in bytes)
        {
            hash.AppendData(segment.Span);
        }

        try
        {
            return members.Current.Name switch
            {
                LogFileNames.Format => new LogRecord.Start(Int64(root, LogFileNames.Head, line), Int64(root, LogFileNames.Events, line), Int64(root, LogFileNames.Records, line)),
                LogFileNames.Blob => new LogRecord.Content(BlobOf(root, line)),
                LogFileNames.Command => new LogRecord.Command(
                    Text(root, LogFileNames.Command, line), Int64(root, LogFileNames.Position, line), PositionsOf(root, line), Int64(root, LogFileNames.RecordedAtNs, line)),
                LogFileNames.Event => EventOf(root, line),
                LogFileNames.Guard => new LogRecord.Guarded(new(Text(root, LogFileNames.Guard, line), Text(root, LogFileNames.Key, line), Text(root, LogFileNames.Value, line))),
                var name => throw new LogFileException(line, "a record of an exported log", $"'{name}'"),
            };
        }
        catch (Exception e) when (e is FormatException or InvalidOperationException)
        {
            throw new LogFileException(line, "a record of an exported log", e.Message, e);
        }
    }

    private static Blob BlobOf(JsonElement root, long line)
    {
        var hash = Sha256Digest.Parse(Text(root, LogFileNames.Blob, line));
        var blob = Blob.Of(Member(root, LogFileNames.Content, JsonValueKind.String, line).GetBytesFromBase64());
        return blob.Hash == hash ? blob : throw new LogFileException(line, $"content with the SHA-256 {hash}", $"{blob.Hash}: the file was changed");
    }

    private static EquatableArray<long> PositionsOf(JsonElement root, long line) =>
        Member(root, LogFileNames.Positions, JsonValueKind.Array, line).EnumerateArray()
            .Select(p => p.TryGetInt64(out var position) ? position : throw new LogFileException(line, $"whole numbers in '{LogFileNames.Positions}'", p.ToString())).ToEquatableArray();

    private static LogRecord.Event EventOf(JsonElement root, long line) => new(
        Int64(root, LogFileNames.Position, line),
        Member(root, LogFileNames.Event, JsonValueKind.String, line).GetGuid(),
        Text(root, LogFileNames.Stream, line),
        Int64(root, LogFileNames.Version, line),
        Text(root, LogFileNames.Type, line),
        root.TryGetProperty(LogFileNames.DotnetType, out var type) && type.ValueKind == JsonValueKind.String ? type.GetString() : null,
        JsonMarshal.GetRawUtf8Value(Member(root, LogFileNames.Headers, JsonValueKind.Object, line)).ToArray(),
        JsonMarshal.GetRawUtf8Value(Member(root, LogFileNames.Data, JsonValueKind.Object, line)).ToArray());

    private static void CheckEnd(JsonElement root, long line, string actual)
    {
        if (Text(root, LogFileNames.Sha256, line) is var recorded && recorded != actual)
        {
            throw new LogFileException(line, $"lines whose SHA-256 is {recorded}", $"{actual}: the file was changed");
        }

        if (Int64(root, LogFileNames.Lines, line) is var lines && lines != line - 1)
        {
            throw new LogFileException(line, $"{lines} lines before the closing one", $"{line - 1}");
        }
    }

    private static JsonDocument Document(ReadOnlySequence<byte> bytes, long line)
    {
        try
        {
            return JsonDocument.Parse(bytes, Strict);
        }
        catch (JsonException e)
        {
            throw new LogFileException(line, "one JSON object", $"no JSON ({e.Message})", e);
        }
    }

    private static string Text(JsonElement root, string name, long line) => Member(root, name, JsonValueKind.String, line).GetString()!;

    private static long Int64(JsonElement root, string name, long line) =>
        Member(root, name, JsonValueKind.Number, line).TryGetInt64(out var value) ? value : throw new LogFileException(line, $"a whole number as '{name}'", "another one");

    private static JsonElement Member(JsonElement root, string name, JsonValueKind kind, long line) =>
        root.TryGetProperty(name, out var member) && member.ValueKind == kind
            ? member
            : throw new LogFileException(line, $"the member '{name}' ({kind})", root.TryGetProperty(name, out var other) ? other.ValueKind.ToString() : "none");
}
