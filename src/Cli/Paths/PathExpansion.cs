namespace Strata.Cli;

/// <summary>What one argument stands for.</summary>
internal abstract record ExpandedPath(string Shown);

/// <param name="Shown">As the person wrote it, or as it follows from what they wrote.</param>
/// <param name="Url">What <c>rerun_storage_url</c> will say.</param>
internal sealed record FoundRecording(string Shown, string FullPath, string Url) : ExpandedPath(Shown);

/// <param name="Reason">What was found instead of a recording, and what to do.</param>
internal sealed record RefusedPath(string Shown, string Reason) : ExpandedPath(Shown);

/// <summary>A file that is no recording, in a folder that has some.</summary>
internal sealed record PassedOverPath(string Shown, string FullPath) : ExpandedPath(Shown);

/// <summary>A folder that holds recordings, in a folder that has some itself.</summary>
/// <param name="Pattern">What takes these too, ready to be pasted into a shell.</param>
internal sealed record PassedOverFolder(string Shown, string FullPath, string Pattern) : ExpandedPath(Shown);

internal sealed record PathExpansion(IReadOnlyList<FoundRecording> Found, IReadOnlyList<RefusedPath> Refused)
{
    public IReadOnlyList<string> PassedOver { get; init; } = [];

    public IReadOnlyList<PassedOverFolder> FoldersPassedOver { get; init; } = [];
}
