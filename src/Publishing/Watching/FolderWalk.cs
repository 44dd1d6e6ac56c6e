using System.IO.Enumeration;

namespace Strata.Publishing;

/// <summary>What lies below a folder, without what is reached only over symbolic links in it: whoever may write there would choose what else of this machine is published.</summary>
public static class FolderWalk
{
    private static readonly EnumerationOptions Everything = new() { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = FileAttributes.Temporary };

    /// <returns>Files, and links to files or folders, which are not followed.</returns>
    public static IEnumerable<(string Path, bool IsLink)> Below(string folder) => new FileSystemEnumerable<(string, bool)>(folder, (ref entry) => (entry.ToFullPath(), IsLink(ref entry)), Everything)
    {
        ShouldIncludePredicate = (ref entry) => !entry.IsDirectory || IsLink(ref entry),
        ShouldRecursePredicate = (ref entry) => !IsLink(ref entry),
    };

    /// <summary>Whether the path, or a folder on the way to it from this one, is a link. The folder itself was named by a person, and may be one.</summary>
    public static bool LeadsOverLink(string folder, string path)
    {
        ArgumentNullException.ThrowIfNull(folder);
        for (var at = path; at is not null && at.Length > folder.Length; at = Path.GetDirectoryName(at))
        {
            if (new FileInfo(at).LinkTarget is not null)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsLink(ref FileSystemEntry entry) => entry.Attributes.HasFlag(FileAttributes.ReparsePoint);
}
