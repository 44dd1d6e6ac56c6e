using System.Text.Json.Serialization;

namespace Strata.Cli;

/// <summary>What <c>strata backup --json</c> prints and <c>backup.json</c> holds; with the numbers of what was brought back, what <c>strata restore --json</c> prints.</summary>
/// <param name="Position">Of the last event in it.</param>
/// <param name="Files">Copies and derived layers that its events name and that are in it, whole.</param>
/// <param name="CopiedFiles">Those that were copied by this run.</param>
/// <param name="References">Files that are only referenced: they stay where they are and are not in it.</param>
/// <param name="Missing">Files that events name and that are nowhere.</param>
internal sealed record BackupManifest(long Position, long Events, long Files, long Bytes, long CopiedFiles, long References, IReadOnlyList<string> Missing, long MadeAtNs, string Version)
{
    /// <summary>Files that its log names and that <c>strata gc</c> let go of while they were copied.</summary>
    public IReadOnlyList<string> LetGo { get; init; } = [];

    /// <summary>Files that its log names and says to be let go of.</summary>
    public long Released { get; init; }

    /// <summary>Files that its log names and that only purged segments held.</summary>
    public long Purged { get; init; }

    /// <summary>Those of them that an earlier backup had brought into the folder and this one has removed.</summary>
    public IReadOnlyList<string> Removed { get; init; } = [];

    /// <summary>Id of the log's first event: whose backup it is. Null for an empty log, and in backups of the first versions.</summary>
    public Guid? FirstEvent { get; init; }

    /// <summary>Id of the event at <see cref="Position"/>.</summary>
    public Guid? LastEvent { get; init; }

    /// <summary>Files of which no whole copy is left.</summary>
    public IReadOnlyList<DamagedFile> Damaged { get; init; } = [];

    /// <summary>Files that were damaged in the folder and were copied anew.</summary>
    public IReadOnlyList<string> Mended { get; init; } = [];

    /// <summary>Files that are in it, and missing or damaged where the catalog has them.</summary>
    public IReadOnlyList<string> Lost { get; init; } = [];

    [JsonIgnore]
    public bool IsWhole => Missing.Count + Damaged.Count + Lost.Count == 0;
}

/// <param name="File">As events name it.</param>
/// <param name="Reason">What was expected, what was found and where.</param>
internal sealed record DamagedFile(string File, string Reason);
