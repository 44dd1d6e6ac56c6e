using Strata.Contracts;

namespace Strata.Registrar.Tests;

/// <summary>A copy whose bytes are lost or damaged in the store, and the same recording registered again.</summary>
public sealed class LostCopyTests
{
    public static TheoryData<string, Action<string>> Losses => new()
    {
        { "missing", System.IO.File.Delete },
        { "cut short", path => System.IO.File.WriteAllBytes(path, System.IO.File.ReadAllBytes(path)[..^1]) },
        { "with a flipped byte", Flip },
    };

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task The_same_file_again_is_known_and_puts_the_bytes_back(string loss, Action<string> lose)
    {
        await using var world = await World.OpenAsync();
        var file = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));
        await world.RegisterAsync(file);
        var path = await KeptPathAsync(world);
        lose(path);
        var before = (await world.LogAsync()).Count;

        var again = (await world.RegisterAsync(file)).Recordings.Single();

        again.Status.ShouldBe("known", loss);
        again.Reason.ShouldBe("the bytes kept of it were missing or damaged; they were put back from this file");
        System.IO.File.ReadAllBytes(path).ShouldBe(System.IO.File.ReadAllBytes(file.Path));
        (await world.LogAsync()).Count.ShouldBe(before);
        (await world.RegisterAsync(file)).Recordings.Single().Reason.ShouldBeNull();
    }

    [Theory]
    [MemberData(nameof(Losses))]
    public async Task The_same_file_in_its_place_writes_the_bytes_anew(string loss, Action<string> lose)
    {
        await using var world = await World.OpenAsync();
        var file = world.File("a.rrd", TestSupport.Recordings.Scalars("a"));
        await world.RegisterAsync(file);
        var path = await KeptPathAsync(world);
        lose(path);

        (await world.RegisterAsync(OnDuplicate.Replace, file)).Recordings.Single().Status.ShouldBe("replaced", loss);

        System.IO.File.ReadAllBytes(path).ShouldBe(System.IO.File.ReadAllBytes(file.Path));
    }

    [Fact]
    public async Task The_same_recording_in_other_bytes_cannot_put_them_back_and_says_what_can()
    {
        await using var world = await World.OpenAsync();
        var (whole, withoutFooter) = TestSupport.Recordings.ScalarsWithAndWithoutFooter("a");
        await world.RegisterAsync(world.File("a.rrd", whole));
        var path = await KeptPathAsync(world);
        System.IO.File.Delete(path);

        var other = (await world.RegisterAsync(world.File("b.rrd", withoutFooter))).Recordings.Single();

        other.Status.ShouldBe("failed");
        other.Reason.ShouldNotBeNull().ShouldContain("choose `replace`");
        Directory.EnumerateFiles(world.Folder.Path("data"), "*.rrd", SearchOption.AllDirectories).ShouldBeEmpty();
        (await world.RegisterAsync(OnDuplicate.Replace, world.File("b.rrd", withoutFooter))).Recordings.Single().Status.ShouldBe("replaced");
    }

    [Fact]
    public async Task A_lost_copy_beside_good_ones_fails_nobody_else_when_it_cannot_be_written()
    {
        await using var world = await World.OpenAsync();
        var files = new[] { world.File("a.rrd", TestSupport.Recordings.Scalars("a")), world.File("b.rrd", TestSupport.Recordings.Scalars("b")) };
        await world.RegisterAsync(files);
        var folder = System.IO.Path.GetDirectoryName(await KeptPathAsync(world))!;
        Directory.Delete(folder, recursive: true);
        await System.IO.File.WriteAllTextAsync(folder, "where a folder should be", World.Token);

        var outcome = await world.RegisterAsync(files);

        outcome.Recordings.Select(r => r.Status).ShouldBe(["failed", "known"]);
        outcome.Recordings[0].Reason.ShouldNotBeNull().ShouldContain("could not be put back: ");
    }

    /// <summary>Of the first layer of the log.</summary>
    private static async Task<string> KeptPathAsync(World world) =>
        System.IO.Path.Combine(world.Folder.Path("data"), (await world.EventsAsync<LayerRegistered>())[0].Kept.Location);

    private static void Flip(string path)
    {
        var bytes = System.IO.File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        System.IO.File.WriteAllBytes(path, bytes);
    }
}
