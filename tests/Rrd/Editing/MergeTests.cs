using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

public class MergeTests
{
    public static TheoryData<string> SdkFiles => [.. Edited.SdkFiles];

    [Theory]
    [MemberData(nameof(SdkFiles))]
    public async Task A_file_of_any_version_merged_alone_says_the_same_under_a_sound_footer(string name)
    {
        var bytes = Edited.Bytes(name);

        var (merged, report) = await Edited.MergeAsync(bytes);

        report.FooterLeftOut.ShouldBeNull();
        report.Findings.ShouldBeEmpty();
        await Edited.ShouldSayTheSameAsync(bytes, merged, name);
        await Edited.ShouldBeSoundAsync(merged, name);
        (await Recording.OpenAsync(merged)).Contents.UsedFooter.ShouldBeTrue();
    }

    [Theory]
    [MemberData(nameof(SdkFiles))]
    public async Task Out_of_a_pipe_it_is_the_same(string name)
    {
        var bytes = Edited.Bytes(name);

        var (merged, _) = await Edited.RunAsync(stream => RecordingMerge.RunAsync([Edited.Piped(bytes)], stream, new EditingOptions(), Edited.Token));

        merged.ShouldBe((await Edited.MergeAsync(bytes)).Bytes);
    }

    [Fact]
    public async Task Chunks_of_todays_form_keep_their_stored_bytes()
    {
        var bytes = Edited.Bytes("sdk/versions/episode_0.41.0.rrd");

        var (merged, _) = await Edited.MergeAsync(bytes);

        (await PayloadsAsync(merged)).ShouldBe(await PayloadsAsync(bytes));
    }

    [Fact]
    public async Task The_same_recording_twice_is_that_recording_and_the_second_chunks_are_counted()
    {
        var bytes = Edited.Bytes("sdk/versions/episode_0.41.0.rrd");

        var (merged, report) = await Edited.MergeAsync(bytes, bytes);

        report.DuplicateChunks.ShouldBe(report.ChunksWritten);
        merged.ShouldBe((await Edited.MergeAsync(bytes)).Bytes);
    }

    [Fact]
    public async Task A_recording_and_a_blueprint_keep_their_announcements_and_the_activation_comes_last()
    {
        var bytes = Edited.Bytes("sdk/features/blueprint_default.rrd");
        var before = (await Recording.OpenAsync(bytes)).Contents;

        var (merged, _) = await Edited.MergeAsync(bytes);

        var after = (await Recording.OpenAsync(merged)).Contents;
        after.Stores.Select(store => (store.Id, store.Source, store.Version)).ShouldBe(before.Stores.Select(store => (store.Id, store.Source, store.Version)));
        after.Activations.ShouldBe(before.Activations);
        after.Activations.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Concatenated_files_become_one_stream_with_one_footer()
    {
        var bytes = Recording.Fixture("concat.rrd");

        var (merged, report) = await Edited.MergeAsync(bytes);

        report.Findings.Select(finding => finding.Finding.Rule).ShouldContain(RrdRules.Concatenated);
        report.HasLosses.ShouldBeFalse();
        (await Recording.OpenAsync(merged)).Contents.UsedFooter.ShouldBeTrue();
        await Edited.ShouldSayTheSameAsync(bytes, merged);
    }

    [Fact]
    public async Task A_cut_file_ends_it_with_the_offset_and_leaves_the_choice()
    {
        var whole = Edited.Bytes("sdk/features/no_footer.rrd");
        var cut = whole[..^10];

        var failure = await Should.ThrowAsync<RecordingInputException>(() => Edited.MergeAsync(whole, cut));

        failure.Input.ShouldBe("input 1");
        failure.Fault.Found.ShouldContain("the end of the file");
        failure.Fault.WhatToDo.ShouldContain("--continue-on-error");
        var (merged, report) = await Edited.MergeAsync(new EditingOptions { ContinueOnError = true }, cut);
        report.HasLosses.ShouldBeTrue();
        report.ChunksWritten.ShouldBe((await Recording.OpenAsync(whole)).Contents.Stores.Sum(store => store.Manifest.Count) - 1);
        await Edited.ShouldBeSoundAsync(merged, "cut");
    }

    [Fact]
    public async Task What_is_no_recording_ends_it()
    {
        var failure = await Should.ThrowAsync<RecordingInputException>(() => Edited.MergeAsync("hello, world, this is no recording"u8.ToArray()));

        failure.Fault.Expected.ShouldContain("RRF2");
    }

    [Theory]
    [InlineData("largelist.rrd")]
    [InlineData("flat.rrd")]
    [InlineData("nover.rrd")]
    [InlineData("nosrc.rrd")]
    [InlineData("nocid.rrd")]
    public async Task What_a_file_does_not_quite_as_it_should_is_mended(string name)
    {
        var bytes = Recording.Fixture(name);

        var (merged, report) = await Edited.MergeAsync(bytes);

        report.HasLosses.ShouldBeFalse();
        await Edited.ShouldBeSoundAsync(merged, name);
        await Edited.ShouldSayTheSameAsync(bytes, merged, name);
    }

    [Fact]
    public async Task Hostile_bytes_give_a_typed_error_or_a_sound_file()
    {
        var bytes = Recording.Fixture("F2-rerun-0.33-saved.rrd");
        var random = new Random(1);
        var (refused, merged) = (0, 0);
        for (var k = 0; k < 3_000; k++)
        {
            var broken = bytes.ToArray();
            broken[random.Next(broken.Length)] ^= (byte)(1 << random.Next(8));
            try
            {
                await Edited.MergeAsync(new EditingOptions { ContinueOnError = k % 2 == 0 }, broken);
                merged++;
            }
            catch (RecordingInputException)
            {
                refused++;
            }
        }
        (refused > 100 && merged > 100).ShouldBeTrue($"{refused} refused, {merged} merged");
    }

    private static async Task<List<byte[]>> PayloadsAsync(byte[] bytes)
    {
        var reader = await Recording.OpenAsync(bytes);
        var payloads = new List<byte[]>();
        foreach (var entry in reader.Contents.Stores.SelectMany(store => store.Manifest.Entries))
        {
            payloads.Add((await reader.ReadPayloadAsync(entry, Edited.Token)).Bytes.ToArray());
        }
        return payloads;
    }
}
