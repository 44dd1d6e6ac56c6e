using System.Globalization;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Strata.Contracts;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Web;

namespace Strata.Cli;

/// <summary>An exported log as a file: written under another name until it is whole, and read once through to know that it is.</summary>
internal static class ExportedLog
{
    private const string Compressed = ".gz";
    private const string Unfinished = ".part";

    public static async Task<LogFileSummary> WriteAsync(string path, ILogStreams log, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var unfinished = path + Unfinished;
        try
        {
            progress.Report(new("exporting", 0, 0));
            await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            await using (var to = IsCompressed(path) ? new GZipStream(file, CompressionLevel.Fastest) : (Stream)file)
            {
                await log.ExportAsync(to, cancellationToken);
            }

            // An export that nobody can import is worth nothing, and nobody would know until the day it is needed.
            var summary = new Summary();
            await foreach (var _ in ReadAsync(unfinished, IsCompressed(path), summary, "checking", progress, cancellationToken))
            {
            }

            using (var written = new FileStream(unfinished, FileMode.Open, FileAccess.ReadWrite))
            {
                written.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
            return summary.Done;
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Takes contents out of a file that was written.</summary>
    /// <exception cref="OperationException">It was cut or changed since; it is as it was.</exception>
    public static async Task RemoveContentsAsync(
        string path, IReadOnlySet<Sha256Digest> contents, string nextIfDamaged, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var there = 0L;
        var summary = await LookAsync(path, record => there += Leaves(contents, record) ? 0 : 1, nextIfDamaged, progress, cancellationToken);
        if (there == 0)
        {
            return;
        }

        var unfinished = path + Unfinished;
        try
        {
            await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
            {
                await using (var to = IsCompressed(path) ? new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true) : (Stream)file)
                {
                    var left = ReadAsync(path, IsCompressed(path), new Summary(), "writing", progress, cancellationToken).Where(record => Leaves(contents, record));
                    await LogFileWriter.WriteAsync(left.Select(r => r is LogRecord.Start start ? start with { Records = summary.Records - there } : r), to, cancellationToken);
                }

                file.Flush(flushToDisk: true);
            }

            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            File.Delete(unfinished);
            throw;
        }
    }

    /// <summary>Into the log of a data directory whose lock the caller holds.</summary>
    /// <param name="without">Contents that are not brought back.</param>
    public static async Task<LogFileSummary> ImportAsync(
        string path, DataDirectory data, HostSettings settings, IReadOnlySet<Sha256Digest> without, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            throw new OperationException(OperationErrors.NotFound, $"there is no file {path}", "strata log export FILE writes one");
        }

        await RequireRoomAsync(data, settings, cancellationToken);
        await using var log = await OpenedLog.OpenAsync(data, settings, cancellationToken);
        var summary = new Summary();
        try
        {
            var records = ReadAsync(path, IsCompressed(path), summary, "importing", progress, cancellationToken);
            await log.Copy.ImportAsync(records.Where(record => Leaves(without, record)), cancellationToken);
        }
        catch (InvalidOperationException e)
        {
            throw new OperationException(OperationErrors.Conflict, e.Message, log.NextIfFull);
        }
        catch (Exception e) when (e is LogFileException or InvalidDataException)
        {
            throw Damaged(path, summary, e, "export it again; nothing was imported");
        }

        return summary.Done;
    }

    /// <summary>Reads a whole file through and hands its records on.</summary>
    /// <param name="nextIfDamaged">What to do when the file is not what was written.</param>
    /// <exception cref="OperationException">It is not there, was cut or changed.</exception>
    public static async Task<LogFileSummary> LookAsync(
        string path, Action<LogRecord> look, string nextIfDamaged, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        var summary = new Summary();
        try
        {
            await foreach (var record in ReadAsync(path, IsCompressed(path), summary, "reading", progress, cancellationToken))
            {
                look(record);
            }
        }
        // Where bytes were changed an event may be no event before the hash at the end tells.
        catch (Exception e) when (e is IOException or InvalidDataException or JsonException)
        {
            throw Damaged(path, summary, e, nextIfDamaged);
        }

        return summary.Done;
    }

    /// <summary>There must be room for a log, and a place for its recordings that is no other catalog's: what is imported is a catalog of its own.</summary>
    /// <exception cref="OperationException">There are events already, or the place is another catalog's. Nothing was changed.</exception>
    public static async Task RequireRoomAsync(DataDirectory data, HostSettings settings, CancellationToken cancellationToken)
    {
        await using var log = await OpenedLog.OpenAsync(data, settings, cancellationToken);
        if (await log.Events.HeadAsync(cancellationToken) > 0)
        {
            throw new OperationException(OperationErrors.Conflict, $"{log.Name} is not empty; nothing was changed", log.NextIfFull);
        }

        using var recordings = OpenedRecordings.Of(data, settings);
        try
        {
            await log.Ownership.RequireAsync(recordings.Label, cancellationToken);
        }
        catch (ForeignStoreException e)
        {
            throw new OperationException(OperationErrors.Conflict, $"{e.Message}; nothing was imported", e.Next);
        }
    }

    private static OperationException Damaged(string path, Summary summary, Exception e, string next) => new(
        OperationErrors.Invalid,
        e is LogFileException ? $"{path}: {e.Message}" : string.Create(CultureInfo.InvariantCulture, $"{path}: behind line {summary.Records}: expected what 'strata log export' writes, found: {e.Message}"),
        next);

    private static bool Leaves(IReadOnlySet<Sha256Digest> without, LogRecord record) => record is not LogRecord.Content { Blob.Hash: var hash } || !without.Contains(hash);

    private static bool IsCompressed(string path) => path.EndsWith(Compressed, StringComparison.Ordinal);

    private static async IAsyncEnumerable<LogRecord> ReadAsync(
        string path, bool isCompressed, Summary summary, string stage, IProgress<OperationProgress> progress, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read);
        await using var from = isCompressed ? new GZipStream(file, CompressionMode.Decompress) : (Stream)file;
        await foreach (var record in LogFileReader.ReadAsync(from, cancellationToken))
        {
            summary.Count(record);
            progress.Report(new(stage, summary.Records, summary.Total));
            yield return record;
        }
    }

    private sealed class Summary
    {
        private LogRecord.Start? _start;

        public long Records { get; private set; }

        public long Total => _start?.Records ?? 0;

        public LogFileSummary Done => new(_start!.Head, _start.Events, _start.Records);

        public void Count(LogRecord record)
        {
            Records++;
            _start ??= record as LogRecord.Start;
        }
    }
}
