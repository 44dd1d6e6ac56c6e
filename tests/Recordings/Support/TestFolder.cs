namespace Strata.TestSupport;

/// <summary>A folder of one test, removed with it.</summary>
internal sealed class TestFolder : IDisposable
{
    public string Root { get; } = Directory.CreateTempSubdirectory("strata-test-").FullName;

    public string Path(string name) => System.IO.Path.Combine(Root, name);

    public string Write(string name, byte[] content)
    {
        var path = Path(name);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    /// <summary>All below it, with their whole paths.</summary>
    public string[] FilesIn(string name) => Directory.Exists(Path(name)) ? Directory.GetFiles(Path(name), "*", SearchOption.AllDirectories) : [];

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
