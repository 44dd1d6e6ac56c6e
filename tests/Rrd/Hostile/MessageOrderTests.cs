namespace Strata.Rrd.Tests.Hostile;

/// <summary>Messages dropped, doubled, swapped and put into one another: no chunk that is there is lost, none is read twice.</summary>
public class MessageOrderTests
{
    public static TheoryData<string> Files => ["F1.rrd", "F2-rerun-0.33-saved.rrd", "rich-rerun-0.33-saved.rrd", "profile-1.rrd", "lz4.rrd"];

    [Theory]
    [MemberData(nameof(Files))]
    public async Task Without_any_one_message_the_other_chunks_are_read(string name)
    {
        var parts = FileParts.Of(Recording.Fixture(name));
        for (var k = 0; k < parts.Messages.Count; k++)
        {
            await ShouldHaveItsChunksAsync(parts.With(parts.Messages.Where((_, at) => at != k)), $"{name} without message {k}");
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task With_any_message_twice_no_chunk_is_read_twice(string name)
    {
        var parts = FileParts.Of(Recording.Fixture(name));
        for (var k = 0; k < parts.Messages.Count; k++)
        {
            for (var to = 0; to <= parts.Messages.Count; to++)
            {
                var doubled = parts.Messages.ToList();
                doubled.Insert(to, parts.Messages[k]);
                await ShouldHaveItsChunksAsync(parts.With(doubled), $"{name}, message {k} again at {to}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Files))]
    public async Task With_any_two_messages_swapped_all_chunks_are_read_and_those_that_a_footer_misplaces_are_refused(string name)
    {
        var whole = FileParts.Of(Recording.Fixture(name));
        var parts = whole.With(whole.Messages.Where(message => message.Kind != (ulong)MessageKind.End));
        for (var a = 0; a < parts.Messages.Count; a++)
        {
            for (var b = a + 1; b < parts.Messages.Count; b++)
            {
                var swapped = parts.Messages.ToArray();
                (swapped[a], swapped[b]) = (swapped[b], swapped[a]);
                await ShouldHaveItsChunksAsync(parts.With(swapped), $"{name}, messages {a} and {b} swapped");

                // The footer tells of the old order. Nothing is read from a wrong place: WholeFile compares the ids.
                var misplaced = parts.With([.. swapped, .. whole.Messages.Skip(parts.Messages.Count)]).ToFile();
                (await WholeFile.ReadAsync(misplaced) ?? 0).ShouldBeLessThanOrEqualTo(swapped.Length);
            }
        }
    }

    [Fact]
    public async Task A_file_inside_a_message_or_payloads_under_other_kinds_give_no_chunk_and_no_fault()
    {
        var file = Recording.Fixture("F1.rrd");
        var parts = FileParts.Of(file);
        for (var kind = 0UL; kind < 6; kind++)
        {
            await WholeFile.ReadAsync(parts.With([(kind, file)]).ToFile());
            await WholeFile.ReadAsync(parts.With(parts.Messages.Select(message => (kind, message.Payload))).ToFile());
        }
        (await WholeFile.ReadAsync(parts.With([((ulong)MessageKind.ArrowMsg, file)]).ToFile())).ShouldBe(0);
    }

    // What stands behind the first End message is lost: it is the end of the stream.
    private static async Task ShouldHaveItsChunksAsync(FileParts parts, string what)
    {
        var expected = parts.Messages.TakeWhile(message => message.Kind != (ulong)MessageKind.End)
            .Where(message => message.Kind == (ulong)MessageKind.ArrowMsg).Select(message => Convert.ToHexString(message.Payload)).Distinct().Count();
        int? found = null;
        var file = parts.ToFile();
        await Probe.MeasureAsync(file.Length, async () => found = await WholeFile.ReadAsync(file), what);
        found.ShouldBe(expected, what);
    }
}
