namespace Strata.Web.Tests;

public sealed class HealthWatchTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_worst_part_decides_and_its_words_are_told()
    {
        var log = new Part("log");
        var broker = new Part("broker");
        var watch = new HealthWatch([log, broker], ["catalog"], TimeProvider.System);
        (await watch.LookAsync(Cancel)).ToText().ShouldBe("healthy");

        broker.Answer = () => PartFinding.Degraded("the broker is away", "start it");
        var degraded = await watch.LookAsync(Cancel);
        (degraded.Status, degraded.Serves, degraded.ToText()).ShouldBe(("degraded", true, "healthy; the broker is away"));

        log.Answer = () => PartFinding.Down("the database does not answer", "start it");
        var down = await watch.LookAsync(Cancel);
        (down.Status, down.Serves, down.ToText()).ShouldBe(("down", false, "the database does not answer"));
        down.Parts.Select(p => (p.Name, p.Status, p.Next)).ShouldBe([("log", "down", "start it"), ("broker", "degraded", "start it")]);
    }

    [Fact]
    public async Task A_part_is_as_it_is_since_it_changed()
    {
        var clock = new Clock();
        var part = new Part("log");
        var watch = new HealthWatch([part], [], clock);
        var first = (await watch.LookAsync(Cancel)).Parts[0].SinceNs;
        clock.Now += TimeSpan.FromMinutes(1);
        (await watch.LookAsync(Cancel)).Parts[0].SinceNs.ShouldBe(first);

        part.Answer = () => PartFinding.Down("away", null);

        (await watch.LookAsync(Cancel)).Parts[0].SinceNs.ShouldBe(first + 60_000_000_000);
    }

    [Fact]
    public async Task A_part_that_hangs_holds_up_nobody_and_one_that_fails_is_told()
    {
        using var released = new ManualResetEventSlim();
        var hangs = new Part("disk") { Answer = () => { released.Wait(); return PartFinding.Ok; } };
        var fails = new Part("log") { Answer = () => throw new InvalidDataException("a letter where a number should be") };

        var report = await new HealthWatch([hangs, fails, new Part("broker")], [], TimeProvider.System).LookAsync(Cancel);
        released.Set();

        report.Parts.Select(p => (p.Status, p.Words)).ShouldBe([("down", "disk does not answer within 2 s"), ("down", "log: a letter where a number should be"), ("ok", null)]);
    }

    private sealed class Part(string name) : IPartHealth
    {
        public Func<PartFinding> Answer { get; set; } = () => PartFinding.Ok;

        public string Name => name;

        public Task<PartFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult(Answer());
    }

    private sealed class Clock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddDays(1);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
