using System.Globalization;
using Strata.Contracts;

namespace Strata.Publishing;

/// <summary>
/// The spool in a folder: <c>spool.db</c> says what is there and how far it has come, <c>files/</c> holds the bytes. Any number of processes may add and look;
/// one at a time sends for a robot.
/// </summary>
public sealed class RobotSpool : ISpool, IDisposable
{
    private const string DatabaseName = "spool.db";
    private const string FilesName = "files";
    private const string ConvertedName = "converted";
    private const string AddLock = "add.lock";

    /// <summary>As SQLite's LIMIT has it.</summary>
    private const int Unlimited = -1;

    /// <summary>Of what is done the newest are kept as history; a row is half a kilobyte.</summary>
    private const int DoneKept = 10_000;

    /// <summary>These bytes are not needed any more: an answer said that they are registered, or none will be heard.</summary>
    private const string LetGo = "(state = 'done' AND (outcome IS NULL OR outcome IN ('accepted', 'known')))";

    private readonly SpoolDatabase _database;
    private readonly SpoolFiles _files;
    private readonly SpoolReserve? _reserve;
    private readonly TimeProvider _time;

    private RobotSpool(string folder, SpoolDatabase database, SpoolFiles files, SpoolReserve? reserve, TimeProvider time) =>
        (Folder, _database, _files, _reserve, _time) = (folder, database, files, reserve, time);

    public string Folder { get; }

    /// <summary>For files that are made here before they are spooled.</summary>
    public string ConvertedFolder => Directory.CreateDirectory(Path.Combine(Folder, ConvertedName)).FullName;

    public long Retries => _database.Number("SELECT count FROM retries");

    public long ForeignChanges => _database.Number("PRAGMA data_version");

    /// <param name="keepsReserve">Room for the day when the disk is full; thousands of spools on one machine would fill it themselves.</param>
    public static RobotSpool Open(string folder, TimeProvider time, bool keepsReserve = true) => Open(folder, time, new SpoolDisk(), keepsReserve);

    internal static RobotSpool Open(string folder, TimeProvider time, ISpoolDisk disk, bool keepsReserve = true)
    {
        folder = Path.GetFullPath(folder);
        try
        {
            var files = Directory.CreateDirectory(Path.Combine(folder, FilesName)).FullName;
            var reserve = new SpoolReserve(folder, disk);
            var database = new SpoolDatabase(Path.Combine(folder, DatabaseName), reserve.GiveUp);
            if (keepsReserve)
            {
                reserve.Keep();
            }

            return new(folder, database, new SpoolFiles(files, disk), keepsReserve ? reserve : null, time);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PublishingException($"{folder}: no spool can be kept here: {e.Message}", "name a folder that this user may write to: --spool DIR, or STRATA_SPOOL", e);
        }
    }

    /// <summary>Held for as long as somebody sends for this robot.</summary>
    /// <returns>Null while another process does.</returns>
    public IDisposable? TryBecomeSender(string robot) => FolderLock.TryTake(Path.Combine(Folder, $"sender-{Sha256Digest.Of(System.Text.Encoding.UTF8.GetBytes(robot)).Value[..16]}.lock"));

    public async Task<SpoolAddition> AddAsync(NewRecording recording, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(recording);
        using var adding = await FolderLock.TakeAsync(Path.Combine(Folder, AddLock), _time, cancellationToken).ConfigureAwait(false);
        return await Task.Run(() => AddHeldAsync(recording, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Whether the file at this path was spooled, as it is now.</summary>
    public bool HasSeen(string path, FileStamp stamp, string robot, string dataset, string layer) => _database.Number(
        "SELECT COUNT(*) FROM seen WHERE path = @path AND robot = @robot AND dataset = @dataset AND layer = @layer AND size_bytes = @size AND modified_at_ns = @modified",
        ("@path", path), ("@robot", robot), ("@dataset", dataset), ("@layer", layer), ("@size", stamp.SizeBytes), ("@modified", stamp.ModifiedAtNs)) > 0;

    /// <param name="all">What is done and well, too.</param>
    public IReadOnlyList<SpooledRecording> List(bool all) => Where(all ? "1" : $"NOT {LetGo}");

    public SpooledRecording? Find(long id) => Where("id = @id", ("@id", id)) is [var one] ? one : null;

    public SpooledRecording? NextToSend(string robot, long afterId) => Where(
        "id > @after AND robot = @robot AND state IN ('spooled', 'uploaded') AND needs_person = 0", limit: 1, ("@after", afterId), ("@robot", robot)) is [var next] ? next : null;

    public SpoolBacklog Backlog(string robot) => _database.Rows(
        "SELECT COUNT(*), COALESCE(SUM(size_bytes), 0), MIN(spooled_at_ns) FROM recordings WHERE robot = @robot AND state <> 'done'",
        row => new SpoolBacklog(row.GetInt64(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetInt64(2)),
        ("@robot", robot))[0];

    public void Uploaded(long id) => _database.Change("UPDATE recordings SET state = 'uploaded', reason = NULL WHERE id = @id AND state = 'spooled'", ("@id", id));

    public void NotUploaded(long id) => _database.Change("UPDATE recordings SET state = 'spooled' WHERE id = @id AND state = 'uploaded'", ("@id", id));

    // An answer may be here before the broker's confirmation is.
    public void Published(long id, bool isAnswered) => _database.Change(
        "UPDATE recordings SET state = @state, reason = NULL WHERE id = @id AND state IN ('spooled', 'uploaded')",
        ("@id", id), ("@state", isAnswered ? SpoolStates.Published : SpoolStates.Done));

    public SpooledRecording? Answered(RecordingAnswered answer)
    {
        ArgumentNullException.ThrowIfNull(answer);
        _database.Change(
            "UPDATE recordings SET state = 'done', outcome = @outcome, reason = @reason, answered_segment = @segment, position = @position, quarantine_id = @quarantine, needs_person = 0 "
            + "WHERE message_id = @message AND robot = @robot",
            ("@outcome", answer.Outcome), ("@reason", answer.Reason), ("@segment", answer.SegmentId), ("@position", answer.Position), ("@quarantine", answer.QuarantineId?.Value),
            ("@message", answer.MessageId), ("@robot", answer.Robot));
        return Where("message_id = @message AND robot = @robot", ("@message", answer.MessageId), ("@robot", answer.Robot)) is [var one] ? one : null;
    }

    public void Failed(long id, string reason, bool needsPerson) => _database.Change(
        "UPDATE recordings SET reason = @reason, needs_person = @person, attempts = attempts + 1 WHERE id = @id AND state <> 'done'", ("@id", id), ("@reason", reason), ("@person", needsPerson ? 1 : 0));

    /// <summary>
    /// A person's word that it be tried at once. What lies in quarantine becomes a request of its own: the answer to the old message would only be given again.
    /// </summary>
    /// <returns>Whether there was anything to try.</returns>
    public bool Retry(SpooledRecording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        var changed = 0;
        _database.Together(() =>
        {
            changed = _database.Change(
                "UPDATE recordings SET state = 'spooled', needs_person = 0, reason = NULL, outcome = NULL, answered_segment = NULL, position = NULL, quarantine_id = NULL, "
                + "message_id = CASE WHEN outcome = 'quarantined' THEN @fresh ELSE message_id END WHERE id = @id AND (state <> 'done' OR outcome = 'quarantined')",
                ("@id", recording.Id), ("@fresh", NewMessageId()));
            _database.Change("UPDATE retries SET count = count + 1");
        });
        return changed > 0;
    }

    /// <summary>Forgets it; its bytes go with the next <see cref="ReleaseAsync"/>. That its file was seen stays known.</summary>
    public void Drop(SpooledRecording recording)
    {
        ArgumentNullException.ThrowIfNull(recording);
        _database.Change("DELETE FROM recordings WHERE id = @id", ("@id", recording.Id));
    }

    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        using var adding = await FolderLock.TakeAsync(Path.Combine(Folder, AddLock), _time, cancellationToken).ConfigureAwait(false);
        Release();
    }

    /// <summary>As <see cref="ReleaseAsync"/>, for whoever only looks: while somebody adds, nothing is waited for.</summary>
    /// <returns>Of what was let go of: files that a killed process left.</returns>
    public (int Files, long SizeBytes) ReleaseIfIdle()
    {
        using var adding = FolderLock.TryTake(Path.Combine(Folder, AddLock));
        return adding is null ? (0, 0) : Release();
    }

    public void Dispose() => _database.Dispose();

    private (int Files, long SizeBytes) Release()
    {
        _database.Change($"DELETE FROM recordings WHERE {LetGo} AND id <= (SELECT MAX(id) FROM recordings) - @kept", ("@kept", DoneKept));
        var needed = _database.Rows($"SELECT file FROM recordings WHERE file IS NOT NULL AND NOT {LetGo}", row => row.GetString(0)).ToHashSet(StringComparer.Ordinal);
        var (files, sizeBytes) = (0, 0L);
        foreach (var file in _files.All().Where(f => !needed.Contains(f)))
        {
            (files, sizeBytes) = (files + 1, sizeBytes + new FileInfo(file).Length);
            SpoolFiles.Release(file);
        }

        _reserve?.Keep();
        return (files, sizeBytes);
    }

    private async Task<SpoolAddition> AddHeldAsync(NewRecording recording, CancellationToken cancellationToken)
    {
        if (recording.StorageUrl is not null && recording.Path is null)
        {
            return KnownUrl(recording) is { } known ? new(known, IsNew: false) : new(Insert(recording, recording.StorageUrl, null, null, null, null, null), IsNew: true);
        }

        // A link would be a second name for the symbolic link and not for its bytes.
        var source = File.ResolveLinkTarget(recording.Path!, returnFinalTarget: true)?.FullName ?? recording.Path!;
        var shown = recording.ConvertedFrom ?? recording.Path!;
        if (SeenBefore(recording, shown, source, cancellationToken) is { } before)
        {
            return new(before, IsNew: false);
        }

        var (file, hash, stamp) = _files.Hold(source, recording.StorageUrl is null ? recording.Hold : HoldMode.InPlace, cancellationToken);
        var seen = FileStamp.Of(shown) ?? stamp;
        if (KnownBytes(recording, hash) is { } same)
        {
            See(recording, shown, seen, hash);
            ReleaseUnneeded(file);
            return new(same, IsNew: false);
        }

        var fingerprint = recording.Cut ? await CutRecording.FingerprintAsync(file, cancellationToken).ConfigureAwait(false) : null;
        var replacing = recording with { Replaces = recording.Replaces ?? FirstHalf(recording, shown) };
        SpooledRecording? added = null;
        _database.Together(() =>
        {
            added = Insert(replacing, shown, file, hash, stamp.SizeBytes, seen.ModifiedAtNs, fingerprint);
            See(recording, shown, seen, hash);
        });
        return new(added!, IsNew: true);
    }

    /// <summary>A folder that is published again and again is read, and not copied each time.</summary>
    private SpooledRecording? SeenBefore(NewRecording recording, string shown, string source, CancellationToken cancellationToken) =>
        recording.StorageUrl is null && recording.ConvertedFrom is null && FileStamp.Of(source) is { } stamp && HasSeen(shown, stamp, recording.Robot, recording.Dataset, recording.Layer)
            ? KnownBytes(recording, SpoolFiles.HashOf(source, cancellationToken))
            : null;

    /// <summary>A copy of bytes that are done: no recording would let go of it.</summary>
    private void ReleaseUnneeded(string file)
    {
        if (_files.IsOurs(file) && _database.Number($"SELECT COUNT(*) FROM recordings WHERE file = @file AND NOT {LetGo}", ("@file", file)) == 0)
        {
            SpoolFiles.Release(file);
        }
    }

    private SpooledRecording? KnownBytes(NewRecording recording, Sha256Digest hash) => Where(
        "sha256 = @sha256 AND robot = @robot AND dataset = @dataset AND layer = @layer",
        ("@sha256", hash.Value), ("@robot", recording.Robot), ("@dataset", recording.Dataset), ("@layer", recording.Layer)) is [var one, ..] ? one : null;

    private SpooledRecording? KnownUrl(NewRecording recording) => Where(
        "storage_url = @url AND state <> 'done' AND robot = @robot AND dataset = @dataset AND layer = @layer",
        ("@url", recording.StorageUrl), ("@robot", recording.Robot), ("@dataset", recording.Dataset), ("@layer", recording.Layer)) is [var one, ..] ? one : null;

    /// <summary>What was published of this file while its writer paused: the server replaces it only where it is what stands.</summary>
    private Sha256Digest? FirstHalf(NewRecording recording, string shown) => _database.Rows(
        "SELECT fingerprint FROM recordings WHERE path = @path AND robot = @robot AND dataset = @dataset AND layer = @layer AND cut = 1 AND fingerprint IS NOT NULL "
        + "AND (outcome IS NULL OR outcome IN ('accepted', 'known')) ORDER BY id DESC LIMIT 1",
        row => Sha256Digest.Parse(row.GetString(0)),
        ("@path", shown), ("@robot", recording.Robot), ("@dataset", recording.Dataset), ("@layer", recording.Layer)) is [var half] ? half : null;

    private SpooledRecording Insert(NewRecording recording, string shown, string? file, Sha256Digest? hash, long? sizeBytes, long? recordedAtNs, Sha256Digest? fingerprint)
    {
        var message = NewMessageId();
        _database.Change(
            SpoolRows.Insert,
            ("@message", message), ("@robot", recording.Robot), ("@dataset", recording.Dataset), ("@layer", recording.Layer), ("@path", shown), ("@size", sizeBytes), ("@sha256", hash?.Value),
            ("@file", file), ("@url", recording.StorageUrl), ("@recorded", recordedAtNs), ("@segment", recording.SegmentId), ("@replaces", recording.Replaces?.Value), ("@cut", recording.Cut ? 1 : 0),
            ("@now", FileStamp.Nanoseconds(_time.GetUtcNow().UtcDateTime)), ("@fingerprint", fingerprint?.Value));
        return Where("message_id = @message", ("@message", message))[0];
    }

    private void See(NewRecording recording, string path, FileStamp stamp, Sha256Digest hash) => _database.Change(
        "INSERT OR REPLACE INTO seen (path, robot, dataset, layer, size_bytes, modified_at_ns, sha256) VALUES (@path, @robot, @dataset, @layer, @size, @modified, @sha256)",
        ("@path", path), ("@robot", recording.Robot), ("@dataset", recording.Dataset), ("@layer", recording.Layer), ("@size", stamp.SizeBytes), ("@modified", stamp.ModifiedAtNs), ("@sha256", hash.Value));

    private IReadOnlyList<SpooledRecording> Where(string condition, params ReadOnlySpan<(string Name, object? Value)> values) => Where(condition, Unlimited, values);

    private IReadOnlyList<SpooledRecording> Where(string condition, int limit, params ReadOnlySpan<(string Name, object? Value)> values) =>
        _database.Rows($"SELECT {SpoolRows.Columns} FROM recordings WHERE {condition} ORDER BY id LIMIT {limit.ToString(CultureInfo.InvariantCulture)}", SpoolRows.Read, values);

    /// <summary>Nothing is read out of it: ids of clocks that jump are as good as others.</summary>
    private static string NewMessageId() => Guid.NewGuid().ToString("D");
}
