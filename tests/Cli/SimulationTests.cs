using System.Text.Json;
using Strata.Contracts;

namespace Strata.Cli.Tests;

public sealed class SimulationTests
{
    private const double Threshold = 0.13;

    private static readonly SimulationOptions Options = new("fleet", 10, 2, TimeSpan.FromSeconds(3), Seed: 1, Broken: 0, Duplicates: 0, BadlyTuned: 0.2);

    [Fact]
    public void The_same_seed_makes_the_same_bytes_and_another_one_makes_others()
    {
        var robot = Options.MakeRobots()[3];

        SimulatedRecording.Make(Options, robot, 7).File.ToArray().ShouldBe(SimulatedRecording.Make(Options, Options.MakeRobots()[3], 7).File.ToArray());

        var others = new[] { SimulatedRecording.Make(Options, robot, 8), SimulatedRecording.Make(Options, Options.MakeRobots()[4], 7), Other(seed: 2) };
        others.Append(SimulatedRecording.Make(Options, robot, 7)).Select(r => Convert.ToHexString(r.File.Span)).Distinct().Count().ShouldBe(4);
        others.Select(r => r.Segment).ShouldBe(["arm-04_s1_00008", "arm-05_s1_00007", "arm-04_s2_00007"]);

        static SimulatedRecording Other(int seed) => SimulatedRecording.Make(Options with { Seed = seed }, (Options with { Seed = seed }).MakeRobots()[3], 7);
    }

    [Theory]
    [InlineData("""{"property:quality:tracking_good":[true]}""", true)]
    [InlineData("""{"property:quality:tracking_good":[true],"property:v:verdict":["bad"],"property:v:good":[false]}""", false)]
    [InlineData("""{"property:quality:tracking_good":[false],"property:v:verdict":["review"],"property:v:good":null}""", null)]
    [InlineData("""{"property:quality:tracking_good":[true],"property:v:verdict":null,"property:v:good":null}""", true)]
    [InlineData("""{"property:quality:tracking_good":[true],"property:court:verdict":["guilty"]}""", true)]
    public void A_declared_verdict_goes_before_quality(string row, bool? good) => SegmentVerdict.Of(JsonElement.Parse(row)).Good.ShouldBe(good);

    [Fact]
    public void A_segment_that_is_not_there_has_no_verdict() => SegmentVerdict.Of(default).ShouldBe(new SegmentVerdict(null, null));

    [Fact]
    public void A_robot_is_the_same_one_however_many_there_are() =>
        (Options with { Robots = 40 }).MakeRobots().Take(10).ShouldBe(Options.MakeRobots());

    [Theory]
    [InlineData(0)]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void As_many_robots_are_badly_tuned_as_asked_for(double part)
    {
        foreach (var seed in Enumerable.Range(0, 20))
        {
            (Options with { Seed = seed, BadlyTuned = part }).MakeRobots().Count(r => !r.Tuning.IsGood).ShouldBe((int)(part * 10), $"seed {seed}");
        }
    }

    [Fact]
    public void The_mean_error_of_a_well_tuned_arm_is_far_below_the_threshold_and_of_a_badly_tuned_one_far_above()
    {
        var kinds = new HashSet<string>();
        for (var seed = 0; seed < 200; seed++)
        {
            foreach (var isGood in (bool[])[true, false])
            {
                var tuning = Tuning.OfRobot(seed, 1, isGood);
                kinds.Add(tuning.Name);
                var mean = MeanError(SimulatedArm.Run(tuning, SeededRandom.Of(seed), 150));
                mean.ShouldBeInRange(isGood ? 0.02 : Threshold * 1.2, isGood ? Threshold * 0.8 : 1, $"seed {seed}: {tuning}");
            }
        }

        kinds.Order().ShouldBe(["good", "late", "noisy", "sluggish", "soft"]);
    }

    [Fact]
    public void Parts_of_the_recordings_are_broken_or_sent_twice()
    {
        var options = Options with { Broken = 0.1, Duplicates = 0.3 };
        var robot = options.MakeRobots()[0];
        var recordings = Enumerable.Range(0, 400).Select(n => SimulatedRecording.Make(options, robot, n)).ToList();

        recordings.Count(r => r.IsBroken).ShouldBeInRange(20, 60);
        recordings.Count(r => r.IsSentTwice).ShouldBeInRange(90, 150);
        recordings.Where(r => r.IsBroken).ShouldAllBe(r => r.File.Length < recordings.Where(w => !w.IsBroken).Min(w => w.File.Length));
    }

    [Fact]
    public async Task Each_recording_is_published_once_those_sent_twice_twice_and_all_are_counted()
    {
        var publisher = new Answering(r => r.IsBroken ? RecordingOutcomes.Quarantined : RecordingOutcomes.Accepted);
        var simulation = new FleetSimulation(Options with { Rate = 1_000, Duration = TimeSpan.FromMilliseconds(20), Broken = 0.1, Duplicates = 0.1 }, publisher, TimeProvider.System);

        var summary = await simulation.RunAsync(TestContext.Current.CancellationToken);

        publisher.Published.GroupBy(r => r.Segment).ShouldAllBe(g => g.Count() == (g.First().IsSentTwice ? 2 : 1));
        var distinct = publisher.Published.DistinctBy(r => r.Segment).ToList();
        (distinct.Count, summary.Recordings).ShouldBe((200, 200));
        (summary.Quarantined, summary.Good, summary.Bad).ShouldBe((distinct.Count(r => r.IsBroken), distinct.Count(r => !r.IsBroken), 0));
        summary.Known.ShouldBe(distinct.Count(r => r.IsSentTwice && !r.IsBroken));
        publisher.Heartbeats.Select(h => h.Robot).Distinct().Count().ShouldBe(10);
        publisher.Heartbeats.GroupBy(h => h.Robot).ShouldAllBe(g => g.Last().Spooled == 0);
        summary.PublishToQualityP50Ms.ShouldNotBeNull().ShouldBeInRange(5, 5.1);
    }

    [Fact]
    public async Task A_publisher_that_fails_ends_the_simulation_with_its_words()
    {
        var simulation = new FleetSimulation(Options, new Answering(_ => throw new InvalidOperationException("the server went away")), TimeProvider.System);

        (await Should.ThrowAsync<InvalidOperationException>(simulation.RunAsync(TestContext.Current.CancellationToken))).Message.ShouldBe("the server went away");
    }

    [Fact]
    public async Task A_server_that_is_away_is_asked_again_and_that_is_said()
    {
        var told = new List<string>();
        var operations = new Away(times: 3);

        var answer = await new PatientOperations(operations, told.Add, new Impatient()).RunAsync(Web.ReadFleetOperation.Route, new Web.ReadFleetRequest(1), NoProgress.Instance, TestContext.Current.CancellationToken);

        answer.Robots.ShouldBeEmpty();
        told.ShouldBe(["the database is away", "the database is away", "the database is away"]);
    }

    [Fact]
    public async Task Where_nothing_is_answered_any_more_the_simulation_ends_with_what_is_known()
    {
        var answered = 0;
        var simulation = new FleetSimulation(
            Options with { Rate = 1_000, Duration = TimeSpan.FromMilliseconds(20) },
            new Answering(_ => Interlocked.Increment(ref answered) > 0 ? RecordingOutcomes.Accepted : "") { IsDeaf = () => Volatile.Read(ref answered) >= 50 },
            new Impatient());

        var summary = await simulation.RunAsync(TestContext.Current.CancellationToken);

        summary.Accepted.ShouldBeInRange(50, 60);
        summary.Unanswered.ShouldBe(summary.Recordings - summary.Accepted);
        FleetSimulateCommand.Words(summary).ShouldContain($"{summary.Unanswered} not answered");
    }

    private static double MeanError(SimulatedArm arm)
    {
        var rows = arm.Commanded.Length / SimulatedArm.Joints;
        return Enumerable.Range(0, rows).Average(row => Math.Sqrt(Enumerable.Range(row * SimulatedArm.Joints, SimulatedArm.Joints).Sum(i => Math.Pow(arm.Commanded[i] - arm.Measured[i], 2))));
    }

    private sealed class Answering(Func<SimulatedRecording, string> outcome) : IPublishSimulated
    {
        private readonly Lock _lock = new();
        private readonly HashSet<string> _known = [];

        public List<SimulatedRecording> Published { get; } = [];

        public List<(string Robot, long Spooled)> Heartbeats { get; } = [];

        public int AtOnce => 1;

        /// <summary>Whether nobody answers any more.</summary>
        public Func<bool> IsDeaf { get; init; } = () => false;

        public async Task<PublishedRecording> PublishAsync(SimulatedRecording recording, CancellationToken cancellationToken)
        {
            if (IsDeaf())
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }

            lock (_lock)
            {
                Published.Add(recording);
                var answer = outcome(recording);
                var isNew = _known.Add(recording.Segment);
                return answer == RecordingOutcomes.Quarantined
                    ? new PublishedRecording(answer, null, null, null)
                    : new(isNew ? answer : RecordingOutcomes.Known, true, 0.05, isNew ? TimeSpan.FromMilliseconds(5) : null);
            }
        }

        public Task SendHeartbeatAsync(string robot, long spooled, long spooledBytes, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                Heartbeats.Add((robot, spooled));
                return Task.CompletedTask;
            }
        }
    }

    /// <summary>Timers go off a thousand times sooner, and its clock runs so much faster.</summary>
    private sealed class Impatient : TimeProvider
    {
        private const int Faster = 1_000;

        public override long TimestampFrequency => System.TimestampFrequency / Faster;

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
            System.CreateTimer(callback, state, dueTime > TimeSpan.Zero ? dueTime / Faster : dueTime, period);
    }

    private sealed class Away(int times) : Web.IOperations
    {
        private int _left = times;

        public Task<TResponse> RunAsync<TRequest, TResponse>(
            Web.OperationRoute<TRequest, TResponse> route, TRequest request, IProgress<Web.OperationProgress> progress, CancellationToken cancellationToken) => _left-- > 0
            ? throw new Web.OperationException(Web.OperationErrors.StorageRefused, "the database is away", null)
            : Task.FromResult((TResponse)(object)new Web.ReadFleetResponse([], 0, 0, 0));
    }
}
