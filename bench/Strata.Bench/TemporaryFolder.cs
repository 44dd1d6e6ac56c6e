namespace Strata.Bench;

internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("strata-bench-").FullName;

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
