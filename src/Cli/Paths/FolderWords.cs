using Strata.Contracts;

namespace Strata.Cli;

/// <summary>What is said of folders: what in them was passed over, and what they hold instead of recordings.</summary>
internal static class FolderWords
{
    private const string Mcap = ".mcap";

    /// <summary>Enough to recognise what they are; a folder may hold thousands.</summary>
    private const int PassedOverNamed = 5;

    /// <summary>For a hint only: a tree of millions of files, of which none is a recording, is not walked to its end.</summary>
    private const int MaxLookedAt = 10_000;

    /// <summary>What cannot be read is passed over, and links are not followed, since they may lead round.</summary>
    private static readonly EnumerationOptions Below = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>One sentence about what lay beside recordings; null when there was nothing.</summary>
    public static string? PassedOver(PathExpansion expansion)
    {
        var words = new[] { FilesPassedOver(expansion.PassedOver), FoldersPassedOver(expansion.FoldersPassedOver) }.OfType<string>().ToArray();
        return words.Length == 0 ? null : string.Join("; ", words);
    }

    /// <summary>Which of these folders hold recordings at any depth; links are left out, as by <see cref="AnyDepth"/>.</summary>
    public static IEnumerable<string> HoldingRecordings(IEnumerable<string> folders)
    {
        var left = MaxLookedAt;
        foreach (var folder in folders.Where(f => new DirectoryInfo(f).LinkTarget is null))
        {
            if (HoldsRecordings(folder, ref left))
            {
                yield return folder;
            }
        }
    }

    /// <summary>The pattern of all recordings in a folder and below it, ready to be pasted into a shell.</summary>
    public static string AnyDepth(string folder) => ShellWord.Of(Path.Combine(folder, "**", "*" + RecordingPaths.Extension));

    public static string Convert(string mcap) => $"rerun mcap convert {ShellWord.Of(mcap)} -o {ShellWord.Of(Path.ChangeExtension(mcap, RecordingPaths.Extension))}";

    /// <summary>What to do about one or several MCAP files: the command for the first stands for all.</summary>
    public static string ConvertFirst(string[] files) => $"{Convert(files[0])}{(files.Length > 1 ? $", and likewise the {files.Length - 1} other{(files.Length > 2 ? "s" : "")}" : "")}";

    public static string WithoutRecordings(string shown, string folder)
    {
        var left = MaxLookedAt;
        if (HoldsRecordings(folder, ref left))
        {
            return $"no .rrd in this folder itself, but in folders below it; to take those: {AnyDepth(shown)}";
        }

        if (Directory.EnumerateFiles(folder).Where(f => RecordingPaths.HasExtension(f, Mcap)).Select(f => Path.Combine(shown, Path.GetFileName(f))).Order(StringComparer.Ordinal).ToArray() is { Length: > 0 } mcaps)
        {
            return $"no .rrd in this folder, but MCAP; convert it first: {ConvertFirst(mcaps)}";
        }

        var others = Directory.EnumerateFileSystemEntries(folder).Select(e => Path.GetFileName(e)!).Order(StringComparer.Ordinal).Take(4).ToArray();
        return others.Length == 0
            ? "this folder is empty; name the folder or the .rrd files that were recorded"
            : $"no .rrd in this folder; it holds {string.Join(", ", others.Take(3))}{(others.Length > 3 ? ", …" : "")}";
    }

    private static bool HoldsRecordings(string folder, ref int left)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*", Below).Take(left))
        {
            left--;
            if (file.EndsWith(RecordingPaths.Extension, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static string? FilesPassedOver(IReadOnlyList<string> files)
    {
        if (files.Count == 0)
        {
            return null;
        }

        var named = $"{Cells.Count(files.Count, "other file")} passed over: {Named(files.Select(Path.GetFileName))}";
        return files.Where(f => RecordingPaths.HasExtension(f, Mcap)).ToArray() is { Length: > 0 } mcaps ? $"{named}; convert MCAP files first: {ConvertFirst(mcaps)}" : named;
    }

    private static string? FoldersPassedOver(IReadOnlyList<PassedOverFolder> folders) => folders.Count == 0
        ? null
        : $"{Cells.Count(folders.Count, "folder")} with more recordings passed over: {Named(folders.Select(f => f.Shown))}; to take those too: {Named(folders.Select(f => f.Pattern).Distinct(StringComparer.Ordinal), " ")}";

    private static string Named(IEnumerable<string?> names, string between = ", ")
    {
        var some = names.Take(PassedOverNamed + 1).ToArray();
        return string.Join(between, some.Take(PassedOverNamed)) + (some.Length > PassedOverNamed ? between + "…" : "");
    }
}
