namespace Strata.Rrd.Tests;

/// <summary>A recording on disk for as long as a test needs it.</summary>
internal sealed class TemporaryFile : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-rrd-");

    public TemporaryFile(byte[] bytes)
    {
        Path = System.IO.Path.Combine(_folder.FullName, "layer.rrd");
        File.WriteAllBytes(Path, bytes);
    }

    public string Path { get; }

    public void Dispose() => _folder.Delete(recursive: true);
}
