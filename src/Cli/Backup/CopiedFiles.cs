namespace Strata.Cli;

/// <summary>Brings the files of a backup into its folder, and keeps account of what became of each.</summary>
/// <param name="before">What was finished in the folder; null: nothing.</param>
/// <param name="isReadAgain">Also what looks as it did then is read.</param>
internal sealed class CopiedFiles(BackedUpFiles source, BackupFolder folder, BackupManifest? before, bool isReadAgain)
{
    private readonly WrittenFolders _written = new();
    private readonly HashSet<string> _notWholeThere = [.. before?.Lost ?? []];
    private readonly HashSet<string> _notWholeHere = [.. before?.Missing ?? [], .. before?.Damaged.Select(d => d.File) ?? []];

    /// <summary>Those that are in the backup.</summary>
    public long Whole { get; private set; }

    public long Bytes { get; private set; }

    public long Copied { get; private set; }

    public List<string> Missing { get; } = [];

    public List<DamagedFile> Damaged { get; } = [];

    public List<string> Mended { get; } = [];

    public List<string> Lost { get; } = [];

    public async Task BringAsync(NamedFile file, CancellationToken cancellationToken)
    {
        var copy = folder.FileOf(file.Location);
        var condition = await FileCopy.LookAsync(copy, file, isReadAgain ? null : WholeUntil(file, _notWholeHere), cancellationToken);
        if (condition == CopyCondition.Whole)
        {
            Count(new FileInfo(copy).Length);
            await LookAtSourceAsync(file, cancellationToken);
            return;
        }

        try
        {
            if (await source.TakeAsync(file, copy, cancellationToken) is { } length)
            {
                Count(length);
                Copied++;
                _written.Add(copy, folder.Path);
                if (condition == CopyCondition.Damaged)
                {
                    Mended.Add(file.Location);
                }
            }
            else if (condition == CopyCondition.Damaged)
            {
                Damaged.Add(new(file.Location, $"{copy} is not what its name says, and it is missing in {source.Place}"));
            }
            else
            {
                Missing.Add(file.Location);
            }
        }
        catch (InvalidDataException e)
        {
            Damaged.Add(new(file.Location, e.Message));
        }
    }

    /// <summary>Takes out of the folder what an earlier backup brought there and the catalog has erased since.</summary>
    /// <returns>Those that were there.</returns>
    public IReadOnlyList<string> Remove(IEnumerable<string> locations)
    {
        var removed = new List<string>();
        foreach (var location in locations.Order(StringComparer.Ordinal))
        {
            if (folder.FileOf(location) is var copy && File.Exists(copy))
            {
                File.Delete(copy);
                _written.Add(copy, folder.Path);
                removed.Add(location);
            }
        }

        return removed;
    }

    /// <summary>Makes the names of what was copied, and of what was removed, durable.</summary>
    public void Flush() => _written.Flush(folder.Path);

    private void Count(long bytes)
    {
        Whole++;
        Bytes += bytes;
    }

    private async Task LookAtSourceAsync(NamedFile file, CancellationToken cancellationToken)
    {
        // What came after the backup before is here because its bytes were read there.
        var condition = await source.LookAsync(file, IsOfBefore(file) ? WholeUntil(file, _notWholeThere) : long.MaxValue, cancellationToken);
        if (condition is CopyCondition.Damaged or CopyCondition.Absent)
        {
            Lost.Add(file.Location);
        }
    }

    private bool IsOfBefore(NamedFile file) => file.Position <= before?.Position;

    /// <returns>Null: nobody found it whole yet.</returns>
    private long? WholeUntil(NamedFile file, HashSet<string> notWhole) => IsOfBefore(file) && !notWhole.Contains(file.Location) ? before?.MadeAtNs : null;
}
