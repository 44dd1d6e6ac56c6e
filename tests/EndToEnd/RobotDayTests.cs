using Strata.Bus.Tests;

namespace Strata.EndToEnd.Tests;

/// <summary>From a robot's folder to the property in the segment table: its own program, our upload, a real broker, our registrar. Source: docs/robots.md.</summary>
public sealed class RobotDayTests(RabbitMqBroker broker) : IClassFixture<RabbitMqBroker>, IDisposable
{
    private const string Robot = "arm-07";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-robot-day-").FullName;
    private readonly string _prefix = $"r{Guid.NewGuid():N}-";

    private string Data => Path.Combine(_folder, "data");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task What_a_robot_publishes_is_uploaded_registered_derived_and_answered_and_what_is_cut_lies_in_quarantine()
    {
        Assert.SkipWhen(broker.Address is null, broker.Absence);
        var cut = Path.Combine(_folder, "cut.rrd");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(Samples.Files[0], TestContext.Current.CancellationToken))[..5_000], TestContext.Current.CancellationToken);
        await using var server = await StrataServerProcess.StartAsync(
            Data, new Dictionary<string, string>(StringComparer.Ordinal) { ["Strata__Bus__RabbitMq"] = broker.Address!.ToString(), ["Strata__Bus__Prefix"] = _prefix });

        var good = await PublishAsync(server, Samples.Files);
        var again = await PublishAsync(server, Samples.Files[0]);
        var broken = await PublishAsync(server, cut);

        (good.Code, again.Code, broken.Code).ShouldBe((0, 0, 1), good.Error + again.Error + broken.Error);
        broken.Out.ShouldContain("truncated");
        await StrataProgram.JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", "pick", "--wait");
        (await StrataProgram.JsonAsync(Data, 0, "segments", "pick")).EnumerateArray().Select(StrataProgram.Layers).ShouldBe(Enumerable.Repeat("base, tracking_error, quality", Samples.Files.Length));
        var robot = (await StrataProgram.JsonAsync(Data, 0, "fleet"))[0];
        (robot.GetProperty("robot").GetString(), robot.GetProperty("recordings").GetInt64(), robot.GetProperty("quarantined").GetInt64()).ShouldBe((Robot, Samples.Files.Length, 1));
        (await StrataProgram.JsonAsync(Data, 0, "rebuild", "--verify")).GetProperty("differences").GetArrayLength().ShouldBe(0);
    }

    private async Task<ProgramResult> PublishAsync(StrataServerProcess server, params string[] files)
    {
        var start = StrataProgram.StartInfo(
            Path.Combine(_folder, "no-data"), ["publish", .. files, "--dataset", "pick", "--robot", Robot, "--spool", Path.Combine(_folder, "spool"), "--wait-answer"]);
        start.Environment["STRATA_SERVER"] = server.Url.ToString();
        start.Environment["STRATA_BROKER"] = broker.Address!.ToString();
        start.Environment["Strata__Bus__Prefix"] = _prefix;
        return await StrataProgram.RunAsync(start);
    }
}
