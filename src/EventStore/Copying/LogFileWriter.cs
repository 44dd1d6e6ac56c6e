using System.Buffers;
using System.Security.Cryptography;
using System.Text.Json;

namespace Strata.EventStore;

/// <summary>
/// Writes a log as newline-delimited JSON: one record a line, and a last line with the hash of all before it, so that a cut file is known for one.
/// Source: docs/history.md §Format.
/// </summary>
public static class LogFileWriter
{
    /// <summary>Written to the stream when this much is together.</summary>
    private const int FlushBytes = 64 * 1024;

    public static async Task WriteAsync(IAsyncEnumerable<LogRecord> records, Stream to, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(to);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = new ArrayBufferWriter<byte>(FlushBytes);
        await using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true });
        var lines = 0L;
        await foreach (var record in records.WithCancellation(cancellationToken).ConfigureAwait(false))
        {
            Write(json, record);
            json.Flush();
            json.Reset();
            buffer.Write("\n"u8);
            lines++;
            if (buffer.WrittenCount >= FlushBytes)
            {
                await FlushAsync().ConfigureAwait(false);
            }
        }

        await FlushAsync().ConfigureAwait(false);
        WriteEnd(json, lines, hash.GetHashAndReset());
        json.Flush();
        buffer.Write("\n"u8);
        await to.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);

        async ValueTask FlushAsync()
        {
            hash.AppendData(buffer.WrittenSpan);
            await to.WriteAsync(buffer.WrittenMemory, cancellationToken).ConfigureAwait(false);
            buffer.ResetWrittenCount();
        }
    }

    private static void Write(Utf8JsonWriter json, LogRecord record)
    {
        json.WriteStartObject();
        switch (record)
        {
            case LogRecord.Start start:
                json.WriteString(LogFileNames.Format, LogFileNames.FormatName);
                json.WriteNumber(LogFileNames.FormatVersion, LogFileNames.NewestVersion);
                json.WriteNumber(LogFileNames.Head, start.Head);
                json.WriteNumber(LogFileNames.Events, start.Events);
                json.WriteNumber(LogFileNames.Records, start.Records);
                break;
            case LogRecord.Content { Blob: var blob }:
                json.WriteString(LogFileNames.Blob, blob.Hash.ToString());
                json.WriteBase64String(LogFileNames.Content, blob.Content.Span);
                break;
            case LogRecord.Command command:
                json.WriteString(LogFileNames.Command, command.CommandId);
                json.WriteNumber(LogFileNames.Position, command.LastPosition);
                json.WriteStartArray(LogFileNames.Positions);
                foreach (var position in command.Positions)
                {
                    json.WriteNumberValue(position);
                }

                json.WriteEndArray();
                json.WriteNumber(LogFileNames.RecordedAtNs, command.RecordedAtNs);
                break;
            case LogRecord.Event e:
                json.WriteString(LogFileNames.Event, e.EventId);
                json.WriteNumber(LogFileNames.Position, e.Position);
                json.WriteString(LogFileNames.Stream, e.StreamId);
                json.WriteNumber(LogFileNames.Version, e.Version);
                json.WriteString(LogFileNames.Type, e.Type);
                json.WriteString(LogFileNames.DotnetType, e.DotnetType);
                json.WritePropertyName(LogFileNames.Headers);
                json.WriteRawValue(e.HeadersJson.Span, skipInputValidation: true);
                json.WritePropertyName(LogFileNames.Data);
                json.WriteRawValue(e.DataJson.Span, skipInputValidation: true);
                break;
            case LogRecord.Guarded { Row: var row }:
                json.WriteString(LogFileNames.Guard, row.Scope);
                json.WriteString(LogFileNames.Key, row.Key);
                json.WriteString(LogFileNames.Value, row.Value);
                break;
        }

        json.WriteEndObject();
    }

    private static void WriteEnd(Utf8JsonWriter json, long lines, byte[] hash)
    {
        json.WriteStartObject();
        json.WriteString(LogFileNames.Sha256, Convert.ToHexStringLower(hash));
        json.WriteNumber(LogFileNames.Lines, lines);
        json.WriteEndObject();
    }
}
