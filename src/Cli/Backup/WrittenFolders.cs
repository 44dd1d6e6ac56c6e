using Strata.Recordings;

namespace Strata.Cli;

/// <summary>Folders that files were written into and whose names are to be made durable before something names those files.</summary>
internal sealed class WrittenFolders
{
    private readonly HashSet<string> _folders = new(StringComparer.Ordinal);

    /// <param name="below">The folders between this one and the file may be new as well.</param>
    public void Add(string file, string below)
    {
        for (var folder = Path.GetDirectoryName(file); folder is not null && folder.Length >= below.Length && _folders.Add(folder); folder = Path.GetDirectoryName(folder))
        {
        }
    }

    /// <param name="parent">Holds them all, on one file system.</param>
    public void Flush(string parent)
    {
        if (_folders.Count > 0)
        {
            DurableFolders.Flush(_folders, parent);
        }
    }
}
