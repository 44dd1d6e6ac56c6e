namespace Strata.Rrd.Tests.Hostile;

/// <summary>Reads a file in every way there is: by its footer, by scanning, as a stream, chunk by chunk, and as it is relayed.</summary>
internal static class WholeFile
{
    /// <summary>Number of chunks that can be read, or null when the file is refused. Throws only what is a fault of ours.</summary>
    public static async Task<int?> ReadAsync(byte[] bytes)
    {
        var (source, parted) = (new MemoryBytes(bytes), new PartedBytes(bytes));
        await RecordingEnd.IsMarkedAsync(source, TestContext.Current.CancellationToken);
        var streamed = await StreamAsync(bytes);
        RrdReader reader;
        try
        {
            reader = await RrdReader.OpenAsync(source, TestContext.Current.CancellationToken);
        }
        catch (RrdFormatException)
        {
            streamed.ShouldBeNull("a stream is refused when the file is");
            return null;
        }
        var chunks = 0;
        foreach (var store in reader.Contents.Stores)
        {
            foreach (var entry in store.Manifest.Entries)
            {
                var isReadable = await IsReadableAsync(reader, entry);
                chunks += isReadable ? 1 : 0;
                (await TryAsync(async () => (await ChunkSource.ReadAsync(parted, entry, TestContext.Current.CancellationToken)).Id.ShouldBe(entry.Id))).ShouldBe(isReadable, "a chunk reads part by part as it does whole");
                await TryAsync(async () => await reader.ReadPayloadAsync(entry, TestContext.Current.CancellationToken));
                await RelayAsync(source, store, entry, bytes);
            }
            await TryAsync(async () => await RecordingProperties.ReadAsync(reader, store, TestContext.Current.CancellationToken));
        }
        if (!reader.Contents.UsedFooter)
        {
            streamed.ShouldBe(chunks, "a stream has the chunks of the file that is scanned");
        }
        return chunks;
    }

    private static async Task<int?> StreamAsync(byte[] bytes)
    {
        var chunks = 0;
        using var stream = new MemoryStream(bytes);
        try
        {
            await RrdReader.ScanAsync(
                stream,
                _ =>
                {
                    chunks++;
                    return ValueTask.CompletedTask;
                },
                TestContext.Current.CancellationToken);
            return chunks;
        }
        catch (RrdFormatException)
        {
            return null;
        }
    }

    private static Task<bool> IsReadableAsync(RrdReader reader, ChunkEntry entry) => TryAsync(async () =>
    {
        var chunk = await reader.ReadChunkAsync(entry, TestContext.Current.CancellationToken);
        chunk.Id.ShouldBe(entry.Id);
        foreach (var component in chunk.Components)
        {
            component.Lists.Length.ShouldBe(chunk.NumRows);
        }
    });

    private static async Task RelayAsync(MemoryBytes source, RrdStore store, ChunkEntry entry, byte[] bytes)
    {
        var relayed = new RelayedEntry(entry.Id, entry.IsStatic, entry.ByteOffset, entry.ByteSize);
        await TryAsync(async () => await ChunkRelay.CheckAsync(source, relayed, store.Id, TestContext.Current.CancellationToken));
        await TryAsync(() =>
        {
            var start = Math.Clamp(entry.ByteOffset - MessageHeader.Size, 0, bytes.Length);
            var size = Math.Clamp(entry.ByteSize + MessageHeader.Size, 0, bytes.Length - start);
            ChunkRelay.Message(bytes.AsMemory((int)start, (int)size), relayed, store.Id);
            return Task.CompletedTask;
        });
    }

    private static async Task<bool> TryAsync(Func<Task> read)
    {
        try
        {
            await read();
            return true;
        }
        catch (RrdFormatException)
        {
            return false;
        }
    }
}
