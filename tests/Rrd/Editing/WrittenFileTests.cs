using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

public sealed class WrittenFileTests : IDisposable
{
    // More than goes to the disk before the end, twice.
    private const int Pieces = 70;
    private const int PieceBytes = 1 << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-written-").FullName;

    private string Target => Path.Combine(_folder, "out.rrd");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_large_file_is_what_was_written_and_appears_alone()
    {
        (await WrittenFile.CreateAsync(Target, stream => FillAsync(stream, Pieces), Edited.Token)).ShouldBe(Pieces);

        Directory.GetFiles(_folder).ShouldHaveSingleItem().ShouldBe(Target);
        var bytes = await File.ReadAllBytesAsync(Target, Edited.Token);
        bytes.Length.ShouldBe(Pieces * (PieceBytes + 1));
        for (var piece = 0; piece < Pieces; piece++)
        {
            bytes[piece * (PieceBytes + 1)].ShouldBe((byte)piece);
            bytes[((piece + 1) * (PieceBytes + 1)) - 1].ShouldBe((byte)0xFF);
        }
    }

    [Fact]
    public async Task What_fails_leaves_nothing_and_what_was_there_stays()
    {
        await File.WriteAllTextAsync(Target, "before", Edited.Token);

        await Should.ThrowAsync<InvalidOperationException>(() => WrittenFile.CreateAsync<int>(Target, async stream =>
        {
            await FillAsync(stream, Pieces);
            throw new InvalidOperationException("it cannot go on");
        }, Edited.Token));

        Directory.GetFiles(_folder).ShouldHaveSingleItem();
        (await File.ReadAllTextAsync(Target, Edited.Token)).ShouldBe("before");
    }

    private static async Task<int> FillAsync(Stream stream, int pieces)
    {
        for (var piece = 0; piece < pieces; piece++)
        {
            var bytes = new byte[PieceBytes];
            bytes[0] = (byte)piece;
            await stream.WriteAsync(bytes, Edited.Token);
            await stream.WriteAsync(new byte[] { 0xFF }, Edited.Token);
        }
        return pieces;
    }
}
