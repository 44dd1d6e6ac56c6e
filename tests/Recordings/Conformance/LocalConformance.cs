namespace Strata.Recordings.Tests;

public sealed class LocalConformance : RecordingStoreConformance
{
    protected override Task<RecordingStoreUnderTest> CreateAsync() => Task.FromResult<RecordingStoreUnderTest>(new LocalFolderUnderTest());
}

internal sealed class LocalFolderUnderTest : RecordingStoreUnderTest
{
    public LocalFolderUnderTest() => Store = OpenAnother();

    public override IRecordingStore Store { get; }

    private string Data => Folder.Path("data");

    public override IRecordingStore OpenAnother(IStoreAdmission? admission = null) => new LocalRecordingStore(new(Data, [], null) { Admission = admission });

    public override Task<IReadOnlyList<string>> NamesAsync()
    {
        var recordings = Path.Combine(Data, "recordings");
        IReadOnlyList<string> names = Directory.Exists(recordings)
            ? [.. Directory.EnumerateFiles(recordings, "*", SearchOption.AllDirectories).Select(f => Path.GetRelativePath(Data, f))]
            : [];
        return Task.FromResult(names);
    }

    public override Task RemoveAsync(string location)
    {
        File.Delete(Path.Combine(Data, location));
        return Task.CompletedTask;
    }

    public override Task OverwriteAsync(string location, byte[] bytes)
    {
        Folder.Write($"data/{location}", bytes);
        return Task.CompletedTask;
    }

    public override void Age(string location, TimeSpan age) => File.SetLastWriteTimeUtc(Path.Combine(Data, location), DateTime.UtcNow - age);

    public override Task LeaveUnfinishedAsync() => OverwriteAsync($"recordings/{Guid.CreateVersion7():N}.tmp", [1, 2, 3, 4]);
}
