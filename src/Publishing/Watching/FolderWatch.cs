using System.Threading.Channels;
using Strata.Rrd;

namespace Strata.Publishing;

/// <summary>
/// Spools each finished recording below a folder. What a file looks like decides, not what was told of it: notices of the system only say where to look, and a rescan finds what
/// they left out. What was spooled before a restart is known from the spool.
/// </summary>
public sealed class FolderWatch
{
    private const string Extension = ".rrd";

    /// <summary>Paths to look at; more than this are found by the next rescan.</summary>
    private const int MostNotices = 10_000;

    private readonly FolderWatchOptions _options;
    private readonly RobotSpool _spool;
    private readonly TimeProvider _time;
    private readonly Action<WatchNews> _news;
    private readonly Dictionary<string, Growing> _growing = new(StringComparer.Ordinal);
    private readonly HashSet<(string Path, string Reason)> _told = [];
    private readonly Dictionary<string, FileStamp> _done = new(StringComparer.Ordinal);

    /// <summary>Null: look at everything.</summary>
    private readonly Channel<string?> _notices = Channel.CreateBounded<string?>(MostNotices);

    public FolderWatch(FolderWatchOptions options, RobotSpool spool, TimeProvider time, Action<WatchNews> news)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _spool, _time, _news) = (options with { Folder = Path.GetFullPath(options.Folder) }, spool, time, news);
        if (!Directory.Exists(_options.Folder))
        {
            throw new PublishingException($"{options.Folder}: there is no such folder to watch", "make it (mkdir -p), or name the one that recordings are written to");
        }
    }

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var notices = Notices();
        var rescannedAt = _time.GetTimestamp();
        await LookAtAllAsync(cancellationToken).ConfigureAwait(false);
        while (true)
        {
            var untilRescan = _options.RescanEvery - _time.GetElapsedTime(rescannedAt);
            if (untilRescan <= TimeSpan.Zero)
            {
                rescannedAt = _time.GetTimestamp();
                await LookAtAllAsync(cancellationToken).ConfigureAwait(false);
            }
            else if (await NextAsync(Earliest(untilRescan), cancellationToken).ConfigureAwait(false) is { } path)
            {
                await LookAtAsync(path, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                await LookAtGrowingAsync(cancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Looks once at everything that is there.</summary>
    internal async Task LookAtAllAsync(CancellationToken cancellationToken)
    {
        var there = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (path, isLink) in FolderWalk.Below(_options.Folder))
        {
            if (isLink)
            {
                LeaveAlone(path);
                continue;
            }

            there.Add(path);
            await LookAtAsync(path, cancellationToken).ConfigureAwait(false);
        }

        foreach (var gone in _done.Keys.Where(path => !there.Contains(path)).ToList())
        {
            _done.Remove(gone);
        }

        foreach (var gone in _growing.Keys.Where(path => !there.Contains(path)).ToList())
        {
            _growing.Remove(gone);
        }
    }

    internal async Task LookAtAsync(string path, CancellationToken cancellationToken)
    {
        var isMcap = HasExtension(path, McapConverter.Extension);
        if (IsOurs(path) || Path.GetFileName(path).StartsWith('.') || !(HasExtension(path, Extension) || (isMcap && _options.Converter is not null)))
        {
            return;
        }

        if (FolderWalk.LeadsOverLink(_options.Folder, path))
        {
            LeaveAlone(path);
            return;
        }

        if (FileStamp.Of(path) is not { } stamp)
        {
            _growing.Remove(path);
            return;
        }

        if ((_done.TryGetValue(path, out var done) && done == stamp) || _spool.HasSeen(path, stamp, _options.Robot, _options.Dataset, _options.Layer))
        {
            _growing.Remove(path);
            _done[path] = stamp;
            return;
        }

        if (!_growing.TryGetValue(path, out var growing) || growing.Stamp != stamp)
        {
            _growing[path] = growing = new(stamp, _time.GetTimestamp());
        }

        try
        {
            var isWhole = isMcap ? McapConverter.HasEnd(path) : await IsWholeAsync(path, cancellationToken).ConfigureAwait(false);
            if (isWhole || _time.GetElapsedTime(growing.SinceTimestamp) >= _options.Quiet)
            {
                await SpoolAsync(path, stamp, isMcap, isCut: !isWhole, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (PublishingException e)
        {
            NotSpooled(path, e.Message, e.Next);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or RrdFormatException)
        {
            NotSpooled(path, $"{path}: {e.Message}", "may this user read it? It is looked at again");
        }
    }

    private async Task SpoolAsync(string path, FileStamp stamp, bool isMcap, bool isCut, CancellationToken cancellationToken)
    {
        var recording = new NewRecording(_options.Robot, _options.Dataset, _options.Layer, path, null) { Cut = isCut, Hold = _options.Hold };
        var addition = isMcap ? await ConvertedAsync(recording, cancellationToken).ConfigureAwait(false) : await _spool.AddAsync(recording, cancellationToken).ConfigureAwait(false);
        _growing.Remove(path);
        _done[path] = stamp;
        if (addition is null)
        {
            return;
        }

        _told.RemoveWhere(told => told.Path == path);
        _news(addition.IsNew ? new FileSpooled(path, addition.Recording) : new FileKnown(path, addition.Recording));
    }

    /// <returns>Null when it cannot be converted: as long as it does not change, that is so until somebody starts the watch again.</returns>
    private async Task<SpoolAddition?> ConvertedAsync(NewRecording recording, CancellationToken cancellationToken)
    {
        var mcap = recording.Path!;
        var converted = Path.Combine(_spool.ConvertedFolder, Path.GetRandomFileName() + Extension);
        try
        {
            try
            {
                await _options.Converter!.ConvertAsync(mcap, converted, recording.Dataset, cancellationToken).ConfigureAwait(false);
            }
            catch (PublishingException e)
            {
                NotSpooled(mcap, e.Message, e.Next);
                return null;
            }

            return await _spool.AddAsync(recording with { Path = converted, ConvertedFrom = mcap, Hold = HoldMode.Own }, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            File.Delete(converted);
        }
    }

    private static async Task<bool> IsWholeAsync(string path, CancellationToken cancellationToken)
    {
        using var file = FileBytes.Open(path);
        return await RecordingEnd.IsMarkedAsync(file, cancellationToken).ConfigureAwait(false);
    }

    private async Task LookAtGrowingAsync(CancellationToken cancellationToken)
    {
        foreach (var path in _growing.Keys.ToList())
        {
            await LookAtAsync(path, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Said once of each link that would have been looked at.</summary>
    private void LeaveAlone(string link)
    {
        var isWanted = HasExtension(link, Extension) || (HasExtension(link, McapConverter.Extension) && _options.Converter is not null) || Directory.Exists(link);
        if (isWanted && !IsOurs(link) && !Path.GetFileName(link).StartsWith('.') && _told.Add((link, nameof(LinkLeftAlone))))
        {
            _news(new LinkLeftAlone(link));
        }
    }

    /// <summary>Each reason once for each file, not once a look.</summary>
    private void NotSpooled(string path, string reason, string next)
    {
        if (_told.Add((path, reason)))
        {
            _news(new FileNotSpooled(path, reason, next));
        }
    }

    /// <summary>When the next file may have been quiet for long enough; what failed after that waits for the rescan.</summary>
    private TimeSpan Earliest(TimeSpan untilRescan) => _growing.Values
        .Select(g => _options.Quiet - _time.GetElapsedTime(g.SinceTimestamp))
        .Where(left => left > TimeSpan.Zero)
        .Append(untilRescan)
        .Min();

    /// <returns>A path to look at; null when time is up, or everything is to be looked at.</returns>
    private async Task<string?> NextAsync(TimeSpan within, CancellationToken cancellationToken)
    {
        using var timeUp = new CancellationTokenSource(within, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeUp.Token, cancellationToken);
        try
        {
            if (await _notices.Reader.ReadAsync(either.Token).ConfigureAwait(false) is { } path)
            {
                return path;
            }

            await LookAtAllAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        return null;
    }

    private FileSystemWatcher? Notices()
    {
        try
        {
            var watcher = new FileSystemWatcher(_options.Folder) { IncludeSubdirectories = true, NotifyFilter = NotifyFilters.FileName | NotifyFilters.DirectoryName | NotifyFilters.Size | NotifyFilters.LastWrite };
            watcher.Created += (_, notice) => Notice(notice.FullPath);
            watcher.Changed += (_, notice) => Notice(notice.FullPath);
            watcher.Renamed += (_, notice) => Notice(notice.FullPath);
            watcher.Error += (_, _) => _notices.Writer.TryWrite(null);
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (IOException e)
        {
            // Too few inotify watches on this machine, most often.
            NotSpooled(_options.Folder, $"the system tells of no changes in {_options.Folder}: {e.Message}", $"files are found by looking every {_options.RescanEvery.TotalSeconds:N0} s");
            return null;
        }
    }

    /// <summary>A folder that came in with files in it is told of once: they are looked for.</summary>
    private void Notice(string path) => _notices.Writer.TryWrite(Directory.Exists(path) ? null : path);

    private bool IsOurs(string path) => path.StartsWith(_spool.Folder + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    private static bool HasExtension(string path, string extension) => Path.GetExtension(path).Equals(extension, StringComparison.OrdinalIgnoreCase);

    private readonly record struct Growing(FileStamp Stamp, long SinceTimestamp);
}
