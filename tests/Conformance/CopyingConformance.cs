using System.Text;
using Strata.EventStore;

namespace Strata.Conformance;

/// <summary>A log out of one store and into another one. Source: DESIGN §12, <c>strata log export|import</c>.</summary>
public abstract class CopyingConformance : StoreConformance
{
    private static readonly Blob Schema = Blob.Of("schema"u8.ToArray());

    [Fact]
    public async Task A_log_comes_out_of_the_file_as_it_went_in()
    {
        await using var from = await CreateAsync();
        await FillAsync(from);
        var file = await ExportAsync(from);

        await using var to = await CreateAsync();
        await ImportAsync(to, file);

        (await ReadAllAsync(to)).ShouldBe(await ReadAllAsync(from));
        (await to.Events.HeadAsync(Cancel)).ShouldBe(await from.Events.HeadAsync(Cancel));
        (await to.Events.ReadStreamsAsync(["a", "b"], Cancel)).Select(s => (s.StreamId, s.Version, s.Events.Length)).ShouldBe([("a", 4, 4), ("b", 2, 2)]);
        (await to.Events.ReadBlobsAsync([Schema.Hash], Cancel))[Schema.Hash].ToArray().ShouldBe(Schema.Content.ToArray());
        (await to.Events.ReadGuardsAsync("names", Cancel)).ShouldBe([new GuardRow("names", "arm", "1")]);
        (await ExportAsync(to)).ShouldBe(file, "exported again it is the same file");
    }

    [Fact]
    public async Task An_imported_log_knows_its_commands_and_goes_on_where_it_ended()
    {
        await using var from = await CreateAsync();
        await FillAsync(from);
        await using var to = await CreateAsync();
        await ImportAsync(to, await ExportAsync(from));

        (await to.Events.AppendAsync(To("a", 0, 2, "first"), Cancel)).ShouldBeOfType<AppendResult.Known>().Positions.ShouldBe([1, 2]);
        (await to.Events.AppendAsync(To("a", 3, 1, "late"), Cancel)).ShouldBe(new AppendResult.VersionConflict("a", 3, 4));
        var next = await AppendedAsync(to, To("a", 4, 1, "next"));
        next.Positions.ShouldBe([7]);
        next.RecordedAtNs.ShouldBeGreaterThan((await ReadAllAsync(from))[^1].RecordedAtNs);
    }

    [Fact]
    public async Task Appends_whose_positions_are_mixed_are_known_with_them()
    {
        await using var from = await CreateAsync();
        await FillAsync(from);
        var records = await from.Copy.ExportAsync(Cancel).Select(Mixed).ToListAsync(Cancel);
        await using var to = await CreateAsync();
        await to.Copy.ImportAsync(records.ToAsyncEnumerable(), Cancel);

        (await to.Events.AppendAsync(To("a", 0, 2, "first"), Cancel)).ShouldBeOfType<AppendResult.Known>().Positions.ShouldBe([1, 3]);
        (await to.Events.AppendAsync(To("a", 0, 4, "second"), Cancel)).ShouldBeOfType<AppendResult.Known>().Positions.ShouldBe([2, 4, 5, 6]);
        (await to.Copy.ExportAsync(Cancel).ToListAsync(Cancel)).OfType<LogRecord.Command>().ShouldBe(records.OfType<LogRecord.Command>());
    }

    [Fact]
    public async Task Nothing_is_imported_over_anything()
    {
        await using var from = await CreateAsync();
        await FillAsync(from);
        var file = await ExportAsync(from);
        var before = await ReadAllAsync(from);

        (await Should.ThrowAsync<InvalidOperationException>(() => ImportAsync(from, file))).Message.ShouldContain("not empty");

        (await ReadAllAsync(from)).ShouldBe(before);
    }

    [Fact]
    public async Task A_file_that_was_cut_anywhere_or_changed_leaves_the_log_empty()
    {
        await using var from = await CreateAsync();
        await FillAsync(from);
        var file = await ExportAsync(from);
        await using var to = await CreateAsync();

        var cuts = Enumerable.Range(0, file.Length).Where(i => i % 97 == 0).Append(file.Length - 1);
        foreach (var cut in cuts)
        {
            await Should.ThrowAsync<LogFileException>(() => ImportAsync(to, file[..cut]), $"cut at {cut}");
        }

        var changed = file.ToArray();
        changed[Encoding.UTF8.GetString(file).IndexOf("segment 1", StringComparison.Ordinal)] ^= 1;
        (await Should.ThrowAsync<LogFileException>(() => ImportAsync(to, changed))).Message.ShouldContain("the file was changed");
        (await to.Events.HeadAsync(Cancel)).ShouldBe(0);
        (await to.Events.ReadBlobsAsync([Schema.Hash], Cancel)).ShouldBeEmpty();
        await ImportAsync(to, file);
    }

    [Fact]
    public async Task Records_that_contradict_each_other_are_refused_in_words()
    {
        await using var from = await CreateAsync();
        await FillAsync(from);
        var records = await from.Copy.ExportAsync(Cancel).ToListAsync(Cancel);
        await using var to = await CreateAsync();

        foreach (var broken in Contradictions(records))
        {
            await Should.ThrowAsync<LogFileException>(() => to.Copy.ImportAsync(broken.ToAsyncEnumerable(), Cancel));
            (await to.Events.HeadAsync(Cancel)).ShouldBe(0);
        }

        await to.Copy.ImportAsync(records.ToAsyncEnumerable(), Cancel);
    }

    [Fact]
    public async Task An_export_is_of_one_moment_while_others_append()
    {
        await using var store = await CreateAsync();
        using var stop = new CancellationTokenSource();
        var writing = Task.Run(
            async () =>
            {
                for (var i = 0; !stop.IsCancellationRequested; i++)
                {
                    await AppendedAsync(store, new Append($"w {i}", [new("s", i * 2, EventsUpTo(2))], [new Guard.Put("progress", "last", $"{i}")], []));
                }
            },
            Cancel);
        await store.Events.WaitForEventsAsync(20, Cancel);

        var exports = new List<byte[]> { await ExportAsync(store), await ExportAsync(store) };
        await stop.CancelAsync();
        await writing;

        foreach (var file in exports)
        {
            await using var to = await CreateAsync();
            await ImportAsync(to, file);
            var events = await ReadAllAsync(to);
            events.Count.ShouldBeGreaterThan(19);
            (await to.Events.ReadGuardsAsync("progress", Cancel)).ShouldBe([new GuardRow("progress", "last", $"{(events.Count / 2) - 1}")]);
        }
    }

    private static IEnumerable<IEnumerable<LogRecord>> Contradictions(List<LogRecord> records)
    {
        var events = records.OfType<LogRecord.Event>().ToList();
        yield return records.Skip(1);
        yield return records.Prepend(records[0]);
        yield return records.Where(r => r != events[^1]);
        yield return records.Where(r => r is not LogRecord.Command { CommandId: "second" });
        yield return records.OrderBy(r => r is LogRecord.Event);
        yield return records.Select(r => r == events[1] ? events[1] with { Position = 1 } : r);
        yield return records.Select(r => r == events[1] ? events[1] with { Version = 7 } : r);
        yield return records.Select(r => r == events[1] ? events[1] with { HeadersJson = "{}"u8.ToArray() } : r);
        yield return records.SkipLast(1).Concat(records.OfType<LogRecord.Content>());
    }

    /// <summary>As two appends leave them that drew their numbers at the same time.</summary>
    private static LogRecord Mixed(LogRecord record) => record switch
    {
        LogRecord.Command { CommandId: "first" } first => first with { LastPosition = 3, Positions = [1, 3] },
        LogRecord.Command { CommandId: "second" } second => second with { Positions = [2, 4, 5, 6] },
        _ => record,
    };

    private static async Task FillAsync(StoreUnderTest store)
    {
        await AppendedAsync(store, new Append("first", [new("a", 0, EventsUpTo(2))], [new Guard.Claim("names", "arm", "1")], [Schema]));
        await AppendedAsync(store, new Append("second", [new("a", 2, EventsUpTo(2)), new("b", 0, EventsUpTo(2))], [], []));
        await AppendedAsync(store, Guarded("guards alone", new Guard.Put("other", "key \"quoted\" ü", "value\n")));
    }

    private static async Task<byte[]> ExportAsync(StoreUnderTest store)
    {
        using var file = new MemoryStream();
        await LogFileWriter.WriteAsync(store.Copy.ExportAsync(Cancel), file, Cancel);
        return file.ToArray();
    }

    private static Task ImportAsync(StoreUnderTest store, byte[] file) => store.Copy.ImportAsync(LogFileReader.ReadAsync(new MemoryStream(file), Cancel), Cancel);
}
