namespace Strata.Webhooks.Tests;

public sealed class SilentRobotTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_silent_robot_is_told_once_and_again_when_it_was_heard_of_in_between()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        var silence = new Silence { Robots = [new("r1", 1_000)] };
        await using (await log.FollowAsync(silence, HookedLog.HookOf(receiver)))
        {
            var told = await receiver.NextAsync();
            (told.Type, told.IsSigned, told.Data.GetProperty("robot").GetString()).ShouldBe((WebhookTopics.RobotSilent, true, "r1"));
            await silence.LookedAtAsync(3);
            receiver.IsQuiet.ShouldBeTrue();

            silence.Robots = [];
            silence.Robots = [new("r1", 2_000)];
            (await receiver.NextAsync()).Data.GetProperty("last_seen_ns").GetInt64().ShouldBe(2_000);
            while ((await log.StateAsync())!.ToldSilent.GetValueOrDefault("r1") != 2_000)
            {
                await Task.Delay(1, Cancel);
            }
        }

        await using var again = await log.FollowAsync(silence, HookedLog.HookOf(receiver));
        await silence.LookedAtAsync(3);
        receiver.IsQuiet.ShouldBeTrue();
    }

    [Fact]
    public async Task Where_nobody_hears_heartbeats_a_hook_that_waits_for_silence_is_warned()
    {
        await using var receiver = await Receiver.StartAsync();
        await using var log = await HookedLog.OpenAsync();
        await using var hooks = await log.FollowAsync(null, HookedLog.HookOf(receiver, "hook", WebhookTopics.RobotSilent));

        log.Said.ShouldContain("Warning: webhook hook: nobody here hears the robots' heartbeats, so it is told of no silent robot");
    }

    private sealed class Silence : IRobotSilence
    {
        private int _looks;
        private volatile IReadOnlyList<SilentRobot> _robots = [];

        public IReadOnlyList<SilentRobot> Robots
        {
            get => _robots;
            set => _robots = value;
        }

        /// <summary>So often from now on.</summary>
        public async Task LookedAtAsync(int times)
        {
            var until = Volatile.Read(ref _looks) + times;
            while (Volatile.Read(ref _looks) < until)
            {
                await Task.Delay(1, Cancel);
            }
        }

        public Task<IReadOnlyList<SilentRobot>> ReadAsync(CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _looks);
            return Task.FromResult(_robots);
        }
    }
}
