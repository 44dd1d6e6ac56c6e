namespace Strata.Rrd.Tests;

/// <summary>Real files of public repositories; they stay where they are.</summary>
public class PublicRecordingTests
{
    [Fact]
    public async Task A_real_arm_of_0_26_2_without_footer_is_read_whole()
    {
        var reader = await OpenAsync("lekiwi_teleop_0.26.2.rrd");
        var store = reader.Contents.Recordings.ShouldHaveSingleItem();
        reader.Contents.UsedFooter.ShouldBeFalse();
        reader.Contents.Findings.ShouldBeEmpty();
        reader.Contents.Header.Version.ToString().ShouldBe("0.26.2");
        var rows = new Dictionary<string, int>();
        foreach (var chunk in await reader.ChunksAsync())
        {
            if (chunk.Component("Scalars:scalars") is not null)
            {
                rows[chunk.EntityPath.ToString()] = rows.GetValueOrDefault(chunk.EntityPath.ToString()) + chunk.NumRows;
            }
        }
        rows.Where(pair => pair.Key.Contains("arm_", StringComparison.Ordinal)).ShouldAllBe(pair => pair.Value == 4500);
        rows.Keys.Count(path => path.StartsWith("/action.arm_", StringComparison.Ordinal)).ShouldBe(6);
        store.Manifest.Timelines.ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData("oracle_text_log.rrd", true)]
    [InlineData("oracle_v2.rrd", true)]
    [InlineData("rerun_example_0.23.0-alpha.rrd", false)]
    [InlineData("min_text_log.rrd", false)]
    [InlineData("phase3_scene.rrd", false)]
    public async Task Every_public_file_from_0_23_on_is_read(string name, bool hasFooter)
    {
        var reader = await OpenAsync(name);
        reader.Contents.Recordings.ShouldNotBeEmpty();
        reader.Contents.UsedFooter.ShouldBe(hasFooter, string.Join("; ", reader.Contents.Findings));
        reader.Contents.Rules().ShouldNotContain(RrdRules.Chunk);
        (await reader.ChunksAsync()).Sum(chunk => chunk.NumRows).ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("rerun_example_0.12.0_msgpack.rrd", "0.12.0")]
    [InlineData("rnl_map_0.22.1_msgpack.rrd", "0.22.1")]
    public async Task A_file_of_the_MsgPack_era_is_refused_with_its_version_and_the_oldest_supported(string name, string version)
    {
        var refusal = await Should.ThrowAsync<RrdFormatException>(() => OpenAsync(name));
        refusal.Message.ShouldContain(version);
        refusal.Message.ShouldContain("oldest supported is 0.23");
        refusal.Message.ShouldContain("rerun rrd migrate");
    }

    private static async Task<RrdReader> OpenAsync(string name) =>
        await Recording.OpenAsync(await File.ReadAllBytesAsync(Path.Combine(SharedRecordings.Folder("public"), name), TestContext.Current.CancellationToken));
}
