using System.Diagnostics;
using Strata.Cli;
using Strata.Contracts;
using Strata.Publishing;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>One robot: a simulated arm whose recordings go the way of <c>strata publish</c>, from the spool on its disk over HTTP and the broker, past a <see cref="CarelessBroker"/>.</summary>
internal sealed class SoakRobot : IAsyncDisposable
{
    /// <summary>Of the broken ones: the others are cut off in the middle.</summary>
    private const double NoRecordingAtAll = 0.3;

    private readonly SimulatedRobot _robot;
    private readonly SimulationOptions _options;
    private readonly SoakLedger _ledger;
    private readonly string _recorded;
    private readonly Random _random;
    private readonly RobotSpool _spool;
    private readonly HttpUpload _upload;
    private readonly SpoolSender _sender;
    private RobotBroker? _broker;
    private CarelessBroker? _careless;
    private volatile bool _isFinished;

    public SoakRobot(SimulatedRobot robot, SimulationOptions options, RobotAddresses addresses, string folder, SoakLedger ledger)
    {
        (_robot, _options, _ledger) = (robot, options, ledger);
        _recorded = Directory.CreateDirectory(Path.Combine(folder, robot.Name, "recorded")).FullName;
        _random = SeededRandom.Of(options.Seed, robot.Number, int.MaxValue);
        _spool = RobotSpool.Open(Path.Combine(folder, robot.Name, "spool"), TimeProvider.System);
        _upload = new HttpUpload(addresses.Server, new BandwidthLimit(addresses.BytesPerSecond, TimeProvider.System), TimeProvider.System);
        _sender = new SpoolSender(_spool, _upload, (answered, lost) => Connect(addresses, answered, lost), robot.Name, TimeProvider.System, new Progress<SendingNews>(), IsEnough);
    }

    public string Name => _robot.Name;

    /// <summary>Recordings that the spool holds on to because nobody took them, as they stand there.</summary>
    public IEnumerable<SpooledRecording> Left => _spool.List(all: false);

    public SpoolBacklog Backlog => _spool.Backlog(Name);

    /// <summary>Records until <paramref name="until"/>, then sends what is in the spool; ends when all of it was answered.</summary>
    public async Task RunAsync(CancellationToken until, CancellationToken cancellationToken)
    {
        var sending = _sender.RunAsync(cancellationToken);
        for (var number = 0; !until.IsCancellationRequested; number++)
        {
            var pause = SoakPlan.BetweenRecordings * (number == 0 ? (_robot.Number - 1.0) / SoakPlan.Robots : _random.Between(0.5, 1.5));
            await Task.Delay(pause, until).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await RecordAsync(number, cancellationToken);
        }

        _isFinished = true;
        // A robot that waits out a long pause is told that the link is back, as by `strata spool retry`.
        _sender.TryNow();
        await sending;
        await _careless!.SendRestAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        await _broker!.DisposeAsync();
        _upload.Dispose();
        _spool.Dispose();
    }

    private async Task RecordAsync(int number, CancellationToken cancellationToken)
    {
        var recording = SimulatedRecording.Make(_options, _robot, number);
        var isNone = recording.IsBroken && _random.NextDouble() < NoRecordingAtAll;
        var file = Path.Combine(_recorded, recording.Segment + ".rrd");
        await File.WriteAllBytesAsync(file, isNone ? Noise() : recording.File, cancellationToken);
        var added = await _spool.AddAsync(new NewRecording(Name, _options.Dataset, "base", file, null), cancellationToken);
        File.Delete(file);
        added.IsNew.ShouldBeTrue();
        var reason = isNone ? "not_an_rrd" : recording.IsBroken ? "truncated" : null;
        _ledger.Spooled(new(recording.Segment, added.Recording.MessageId, added.Recording.Sha256!.Value, reason, Stopwatch.GetTimestamp()));
        _sender.Wake();
    }

    private byte[] Noise()
    {
        var bytes = new byte[_random.Next(100, 5_000)];
        _random.NextBytes(bytes);
        return bytes;
    }

    private bool IsEnough() => _isFinished && Backlog.Recordings == 0;

    private CarelessBroker Connect(RobotAddresses addresses, Action<RecordingAnswered> answered, Action lost)
    {
        _broker = new RobotBroker(
            addresses.Broker!,
            addresses.Prefix,
            Name,
            answer =>
            {
                answered(answer);
                _ledger.Answered(answer);
            },
            lost);
        return _careless = new CarelessBroker(_broker, SeededRandom.Of(_options.Seed, _robot.Number, int.MaxValue - 1), _ledger);
    }
}
