using System.Collections.Concurrent;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>Makes bytes durable before an event names them, only those that are about to be registered, in groups. Source: DESIGN §4.1, rule 15.</summary>
internal sealed class KeptSources(IRecordingStore recordings, SourceInspection inspection, IProgress<RegisterProgress>? progress)
{
    /// <summary>Files whose flushes to disk are grouped.</summary>
    private const int WindowSize = 512;

    /// <summary>To look whether a file is there waits for an object store to answer, and costs neither of the two much.</summary>
    private const int ParallelLooks = 16;

    private readonly Dictionary<int, KeptFile> _kept = [];
    private readonly HashSet<int> _preset = [];

    public KeptFile Of(int sourceIndex) => _kept[sourceIndex];

    public KeptFile? Find(int sourceIndex) => _kept.GetValueOrDefault(sourceIndex);

    /// <summary>A file that the store holds already, and that nobody can bring again.</summary>
    public void Preset(int sourceIndex, KeptFile file)
    {
        _kept[sourceIndex] = file;
        _preset.Add(sourceIndex);
    }

    /// <summary>Keeps one that is not registered, for its place in quarantine.</summary>
    /// <returns>Null when it is gone.</returns>
    public async Task<KeptFile?> KeepFailedAsync(int sourceIndex, RecordingSource source, KeepMode mode, CancellationToken cancellationToken)
    {
        try
        {
            return _kept[sourceIndex] = await recordings.KeepAsync(source, mode, cancellationToken);
        }
        catch (Exception e) when (e is RecordingMissingException or RecordingRefusedException or UnauthorizedAccessException)
        {
            // The entry says so by having no bytes.
            return null;
        }
    }

    /// <summary>What was let go of since an earlier attempt kept it is to be kept anew.</summary>
    public async Task ForgetGoneAsync(CancellationToken cancellationToken)
    {
        foreach (var index in await GoneAsync([.. _kept.Keys.Where(k => !_preset.Contains(k))], cancellationToken))
        {
            _kept.Remove(index);
        }
    }

    public void Report(int done, int total, string stage) => progress?.Report(new(done, total, stage));

    /// <summary>Keeps the sources of all items that register; one that cannot be kept fails its items and no others.</summary>
    /// <exception cref="CommandRefusedException">One could not be kept, and that refuses the whole call.</exception>
    /// <returns>False when a file changed since it was looked at: what it holds now is to be decided upon anew.</returns>
    public async Task<bool> KeepAsync(IReadOnlyList<RegistrationItem> items, RegisterCall call, KeepMode mode, CancellationToken cancellationToken)
    {
        var wanted = items.Where(i => i.Registers && !_kept.ContainsKey(i.SourceIndex)).Select(i => i.SourceIndex).Distinct().ToList();
        var failures = new Dictionary<int, Exception>();
        var isUnchanged = true;
        for (var start = 0; start < wanted.Count; start += WindowSize)
        {
            var window = wanted.GetRange(start, Math.Min(WindowSize, wanted.Count - start));
            await KeepWindowAsync(window, call.Sources, mode, failures, cancellationToken);
            foreach (var index in window.Where(_kept.ContainsKey))
            {
                isUnchanged &= await CheckAsync(index, call, cancellationToken);
            }

            Report(start + window.Count, wanted.Count, RegisterStages.Keep);
        }

        foreach (var index in await GoneAsync([.. items.Where(i => i.Registers).Select(i => i.SourceIndex).Distinct().Where(_preset.Contains)], cancellationToken))
        {
            failures[index] = new RecordingMissingException(_kept[index].Kept.Location, "it was let go of before it was registered; send it again");
        }

        if (call.RefusesForSources && failures.Count > 0)
        {
            var (index, failure) = failures.MinBy(f => f.Key);
            throw SourceRefusal.OfUnkept(call.Sources[index].Source, failure);
        }

        if (call.HasMessages && failures.Values.OfType<RecordingStorageException>().FirstOrDefault() is { } storage)
        {
            // Nothing is wrong with the messages: they come again when there is room.
            throw storage;
        }

        foreach (var item in items.Where(i => i.Registers && failures.ContainsKey(i.SourceIndex)))
        {
            item.Fail(failures[item.SourceIndex].Message, CodeOf(failures[item.SourceIndex], item.SourceIndex));
        }

        return isUnchanged;
    }

    private async Task<IReadOnlyList<int>> GoneAsync(IReadOnlyList<int> indexes, CancellationToken cancellationToken)
    {
        var gone = new ConcurrentBag<int>();
        var options = new ParallelOptions { MaxDegreeOfParallelism = ParallelLooks, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(indexes, options, async (index, token) =>
        {
            if (!await recordings.IsThereAsync(_kept[index].Kept, token))
            {
                gone.Add(index);
            }
        });
        return [.. gone.Order()];
    }

    private async Task KeepWindowAsync(List<int> window, InspectedSource[] sources, KeepMode mode, Dictionary<int, Exception> failures, CancellationToken cancellationToken)
    {
        try
        {
            var files = await recordings.KeepAllAsync([.. window.Select(i => sources[i].Source)], mode, cancellationToken);
            for (var k = 0; k < window.Count; k++)
            {
                _kept[window[k]] = files[k];
            }
        }
        catch (Exception e) when (window.Count > 1 && IsAboutFiles(e))
        {
            // One of them stands in the way of all: one by one they show which.
            foreach (var index in window)
            {
                await KeepWindowAsync([index], sources, mode, failures, cancellationToken);
            }
        }
        catch (Exception e) when (IsAboutFiles(e))
        {
            failures[window[0]] = e;
        }
    }

    private async Task<bool> CheckAsync(int index, RegisterCall call, CancellationToken cancellationToken)
    {
        if (call.Sources[index] is not InspectedSource.Sound sound || await IsAsInspectedAsync(sound, _kept[index], cancellationToken))
        {
            return true;
        }

        call.Sources[index] = await inspection.InspectKeptAsync(sound.Source, _kept[index], call.Wish, call.Blobs, cancellationToken);
        if (call.FileHashes.ContainsKey(index))
        {
            call.FileHashes[index] = _kept[index].FileSha256 ?? await inspection.HashAsync(sound.Source, cancellationToken);
        }

        return false;
    }

    private string CodeOf(Exception failure, int index) => failure is not RecordingMissingException ? QuarantineReasons.FileRefused
        : _preset.Contains(index) ? QuarantineReasons.UploadMissing
        : QuarantineReasons.FileMissing;

    /// <summary>A reference brings the stamp under which it was kept; a file that was copied is looked at again.</summary>
    private async ValueTask<bool> IsAsInspectedAsync(InspectedSource.Sound sound, KeptFile file, CancellationToken cancellationToken) => file.SizeBytes == sound.Stamp.SizeBytes
        && (file.Kept.Mode == KeepMode.Reference ? file.Kept.ModifiedAtNs == sound.Stamp.ModifiedAtNs : await recordings.IsUnchangedAsync(sound.Source, sound.Stamp, cancellationToken));

    private static bool IsAboutFiles(Exception e) => e is IOException or UnauthorizedAccessException;
}
