namespace Strata.EndToEnd.Tests;

/// <summary>What is said of a damaged file is said whole, and the commands that are advised mend it.</summary>
public sealed class MendingTests : IAsyncLifetime
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-mending-").FullName;

    private string Data => Path.Combine(_folder, "data");

    public async ValueTask InitializeAsync() => await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", "arm", "--wait");

    public ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData("base", "flipped")]
    [InlineData("base", "removed")]
    [InlineData("tracking_error", "flipped")]
    [InlineData("tracking_error", "removed")]
    [InlineData("quality", "flipped")]
    public async Task The_commands_that_verify_names_for_a_file_mend_it(string layer, string damage)
    {
        Damage(await FileOfAsync(layer), damage);
        (await StrataProgram.RunAsync(Data, "backup", Path.Combine(_folder, "backup"))).Error.ShouldContain("'strata verify DATASET' names the layers of the others and the commands that mend them");

        var told = await StrataProgram.RunAsync(Data, "verify", "arm");

        told.Code.ShouldBe(1);
        var advised = told.Error.Split('\n').Where(line => line.StartsWith("  strata ", StringComparison.Ordinal)).Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..]).ToList();
        advised.ShouldNotBeEmpty(told.Error);
        foreach (var command in advised)
        {
            // --data and its folder are ours already.
            var words = command.SkipWhile(word => word.StartsWith("--", StringComparison.Ordinal) || word.StartsWith('/')).Select(word => word == "PATH" ? Samples.Files[1] : word).ToArray();
            (await StrataProgram.RunAsync(Data, words)).Code.ShouldBe(0, string.Join(' ', words));
        }

        var after = await StrataProgram.RunAsync(Data, "verify", "arm");
        after.Code.ShouldBe(0, after.Out);
        after.Out.ShouldStartWith("15 layers checked, 15 equal");
    }

    [Fact]
    public async Task A_reason_is_said_to_its_end()
    {
        var file = await FileOfAsync("base");
        Damage(file, "removed");

        var told = await StrataProgram.RunAsync(Data, "verify", "arm", Samples.Segments[1], "base");

        told.Out.ShouldNotContain("…");
        told.Out.ShouldContain(file);
    }

    [Fact]
    public async Task Of_a_pin_what_was_purged_since_is_told_and_is_no_difference()
    {
        await StrataProgram.RunAsync(Data, "dataset", "pin", "arm", "--as", "v1");
        (await StrataProgram.RunAsync(Data, "purge", "arm", Samples.Segments[1], "--reason", "asked for it")).Code.ShouldBe(0);

        var all = await StrataProgram.RunAsync(Data, "verify", "v1");
        var one = await StrataProgram.RunAsync(Data, "verify", "v1", Samples.Segments[1]);

        (all.Code, one.Code).ShouldBe((0, 0), all.Out + one.Out + one.Error);
        all.Out.ShouldContain("12 layers checked, 12 equal, 0 different");
        all.Out.ShouldMatch($"purged since, at position [0-9]+: segment '{Samples.Segments[1]}' \\(asked for it\\); of what was recorded nothing is left");
        one.Out.ShouldContain("purged since");
        Damage(await FileOfAsync("base", 2), "removed");
        (await StrataProgram.RunAsync(Data, "verify", "v1")).Code.ShouldBe(1, "what is lost otherwise is a difference still");
    }

    private static void Damage(string file, string damage)
    {
        if (damage == "removed")
        {
            File.Delete(file);
            return;
        }

        var bytes = File.ReadAllBytes(file);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(file, bytes);
    }

    private async Task<string> FileOfAsync(string layer, int segment = 1)
    {
        var log = await StrataProgram.RunAsync(Data, "log", "--json");
        return log.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => System.Text.Json.JsonDocument.Parse(line).RootElement)
            .Where(e => e.GetProperty("type").GetString() == "layer_registered").Select(e => e.GetProperty("event"))
            .Where(e => e.GetProperty("segment").GetString() == Samples.Segments[segment] && e.GetProperty("layer").GetString() == layer)
            .Select(e => Path.Combine(Data, e.GetProperty("kept").GetProperty("location").GetString()!)).Single();
    }
}
