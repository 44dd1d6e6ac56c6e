using Microsoft.Extensions.Logging.Abstractions;

namespace Strata.Bus.Tests;

public sealed class FileRelayCheckpointTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("strata-relay-");

    private string File => Path.Combine(_folder.FullName, "relay.position");

    private FileRelayCheckpoint Checkpoint => new(File, NullLogger<FileRelayCheckpoint>.Instance);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Nothing_published_yet_is_position_zero() => (await Checkpoint.ReadAsync(Token)).ShouldBe(0);

    [Fact]
    public async Task The_last_position_written_is_read_by_the_next_process()
    {
        await Checkpoint.WriteAsync(41, Token);
        await Checkpoint.WriteAsync(42, Token);

        (await Checkpoint.ReadAsync(Token)).ShouldBe(42);
        Directory.GetFiles(_folder.FullName).ShouldBe([File]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("forty-two")]
    [InlineData("-3")]
    public async Task A_file_that_holds_no_position_means_publishing_again(string text)
    {
        await System.IO.File.WriteAllTextAsync(File, text, Token);

        (await Checkpoint.ReadAsync(Token)).ShouldBe(0);
    }
}
