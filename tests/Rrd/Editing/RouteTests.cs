using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

public class RouteTests
{
    public static TheoryData<string> SdkFiles => [.. Edited.SdkFiles];

    [Theory]
    [MemberData(nameof(SdkFiles))]
    public async Task Under_new_ids_every_payload_keeps_its_bytes_and_the_footer_tells_the_truth(string name)
    {
        var bytes = Edited.Bytes(name);

        var (routed, report) = await RouteAsync(new IdRewrite("new application", "new"), bytes);

        report.FooterLeftOut.ShouldBeNull();
        var contents = (await Recording.OpenAsync(routed)).Contents;
        contents.Stores.ShouldAllBe(store => store.Id.RecordingId == "new" && store.Id.ApplicationId == "new application");
        contents.UsedFooter.ShouldBeTrue();
        (await PayloadsAsync(routed)).ShouldBe(await PayloadsAsync(bytes));
        await Edited.ShouldBeSoundAsync(routed, name, RrdRules.SorbetVersion, RrdRules.ColumnOrder, RrdRules.EmptyChunk, RrdRules.RowIdColumn);
    }

    [Fact]
    public async Task Of_a_file_with_a_footer_no_payload_is_decoded()
    {
        var bytes = Edited.Bytes("sdk/versions/episode_0.41.0.rrd");
        var reader = await Recording.OpenAsync(bytes);
        var payload = (await reader.ReadPayloadAsync(reader.Contents.Recordings.ShouldHaveSingleItem().Manifest[1], Edited.Token)).Bytes;
        // Whoever decodes it notices.
        bytes.AsSpan(bytes.AsSpan().IndexOf(payload.Span), 64).Fill(0xFF);

        var (routed, report) = await RouteAsync(new IdRewrite(null, "new"), bytes);

        report.Findings.ShouldBeEmpty();
        (await PayloadsAsync(routed)).ShouldBe(await PayloadsAsync(bytes));
        await Should.ThrowAsync<RecordingInputException>(() => Edited.MergeAsync(bytes));
    }

    [Fact]
    public async Task A_chunk_that_cannot_be_decoded_is_passed_on_and_no_footer_hides_it()
    {
        var bytes = Edited.Bytes("sdk/features/no_footer.rrd");
        var reader = await Recording.OpenAsync(bytes);
        var payload = (await reader.ReadPayloadAsync(reader.Contents.Recordings.ShouldHaveSingleItem().Manifest[1], Edited.Token)).Bytes;
        bytes.AsSpan(bytes.AsSpan().IndexOf(payload.Span), 64).Fill(0xFF);
        var damaged = bytes.AsSpan(bytes.AsSpan().IndexOf(payload.Span[64..]) - 64, payload.Length).ToArray();

        var (routed, report) = await RouteAsync(new IdRewrite(null, "new"), bytes);

        routed.AsSpan().IndexOf(damaged).ShouldBeGreaterThan(0);
        report.ChunksWritten.ShouldBe(reader.Contents.Stores.Sum(store => store.Manifest.Count));
        report.FooterLeftOut.ShouldNotBeNull().ShouldContain("cannot be decoded");
        report.Findings.ShouldHaveSingleItem().IsLoss.ShouldBeFalse();
        var again = (await Recording.OpenAsync(routed)).Contents;
        again.UsedFooter.ShouldBeFalse();
        again.Findings.ShouldHaveSingleItem().Rule.ShouldBe(RrdRules.Chunk);
        again.Recordings.ShouldHaveSingleItem().Id.RecordingId.ShouldBe("new");
    }

    [Fact]
    public async Task Several_recordings_become_one()
    {
        var (one, other) = (Edited.Bytes("sdk/features/multi_timeline.rrd"), Edited.Bytes("sdk/features/overlapping_chunks.rrd"));

        var (routed, _) = await RouteAsync(new IdRewrite(null, "together"), one, other);

        var store = (await Recording.OpenAsync(routed)).Contents.Stores.ShouldHaveSingleItem();
        store.Manifest.Count.ShouldBe((await Recording.OpenAsync(one)).Contents.Stores.Sum(s => s.Manifest.Count) + (await Recording.OpenAsync(other)).Contents.Stores.Sum(s => s.Manifest.Count));
        await Edited.ShouldBeSoundAsync(routed, "together");
    }

    [Fact]
    public async Task Blueprints_of_several_files_under_one_id_are_not_activated_and_that_of_one_file_is()
    {
        var (one, other) = (Edited.Bytes("sdk/features/blueprint_default.rrd"), Edited.Bytes("sdk/features/blueprint_sent.rrd"));

        (await ActivationsAsync(new IdRewrite(null, "x"), one, other)).ShouldBeEmpty();
        (await ActivationsAsync(new IdRewrite(null, "x"), one)).ShouldHaveSingleItem().BlueprintId.RecordingId.ShouldBe("x");
        (await ActivationsAsync(new IdRewrite("app", null), one, other)).ShouldNotBeEmpty();
    }

    [Fact]
    public async Task An_application_id_that_Rerun_would_rewrite_is_written_as_it_reads_it()
    {
        var (routed, _) = await RouteAsync(new IdRewrite("my.app", null), Edited.Bytes("sdk/features/empty.rrd"));

        (await Recording.OpenAsync(routed)).Contents.Recordings.Single().Id.ApplicationId.ShouldBe("my-appc742");
    }

    [Fact]
    public async Task Timelines_of_one_name_and_two_kinds_do_not_go_into_one_recording()
    {
        var (one, other) = (Scalars(TimelineKind.Sequence, 1), Scalars(TimelineKind.Duration, 2));

        var failure = await Should.ThrowAsync<RecordingInputException>(() => RouteAsync(new IdRewrite(null, "x"), one, other));

        failure.Fault.Expected.ShouldContain("'t' as Sequence");
        (await RouteAsync(new IdRewrite(null, null), one, other)).Report.ChunksWritten.ShouldBe(2);
    }

    private static byte[] Scalars(TimelineKind kind, ulong id)
    {
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        var store = StoreId.Recording("app", $"run {id}");
        writer.SetStoreInfo(store, StoreSource.Other("test"), new Tuid(1, 1));
        writer.WriteChunk(store, ChunkBuilder.SendColumns(new Tuid(1, id << 8), new Tuid(1, (id << 8) + 1), EntityPath.Parse("/a"), [ChunkBuilder.Timeline("t", kind, [1, 2])], [ChunkBuilder.Scalars([1, 2])]));
        writer.Finish().ShouldBeNull();
        return output.WrittenSpan.ToArray();
    }

    private static Task<(byte[] Bytes, EditingReport Report)> RouteAsync(IdRewrite rewrite, params byte[][] inputs) =>
        Edited.RunAsync(stream => RecordingRoute.RunAsync([.. inputs.Select((bytes, i) => Edited.Input(bytes, $"input {i}"))], stream, rewrite, new EditingOptions(), Edited.Token));

    private static async Task<IReadOnlyList<BlueprintActivation>> ActivationsAsync(IdRewrite rewrite, params byte[][] inputs) =>
        (await Recording.OpenAsync((await RouteAsync(rewrite, inputs)).Bytes)).Contents.Activations;

    private static async Task<List<string>> PayloadsAsync(byte[] bytes)
    {
        var reader = await Recording.OpenAsync(bytes);
        var payloads = new List<string>();
        foreach (var entry in reader.Contents.Stores.SelectMany(store => store.Manifest.Entries).OrderBy(entry => entry.ByteOffset))
        {
            payloads.Add(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData((await reader.ReadPayloadAsync(entry, Edited.Token)).Bytes.Span)));
        }
        return payloads;
    }
}
