using Strata.Publishing;

namespace Strata.Bench;

/// <summary>A robot as <c>strata publish</c> makes one: recordings go into its spool on disk, from there over HTTP to the catalog, and as a confirmed message to the broker; answers come back.</summary>
internal sealed class BenchRobot : IAsyncDisposable
{
    private readonly string _name;
    private readonly string _folder = new TemporaryFolder().Path;
    private readonly RobotSpool _spool;
    private readonly HttpUpload _upload;
    private readonly SpoolSender _sender;
    private RobotBroker? _broker;
    private volatile bool _goesOn;

    public BenchRobot(string name, Uri catalog, FleetProcesses fleet)
    {
        _name = name;
        _spool = RobotSpool.Open(Path.Combine(_folder, "spool"), TimeProvider.System);
        _upload = new HttpUpload(new RobotServer(catalog, Token: null), new BandwidthLimit(null, TimeProvider.System), TimeProvider.System);
        _sender = new SpoolSender(
            _spool,
            _upload,
            (answered, lost) => _broker = new RobotBroker(fleet.Broker, fleet.Prefix, name, answered, lost),
            name,
            TimeProvider.System,
            new Progress<SendingNews>(),
            () => !_goesOn && _spool.Backlog(_name).Recordings == 0);
    }

    /// <summary>A finished file of the robot's, not yet spooled.</summary>
    public async Task<string> RecordAsync(string segment, CancellationToken cancellationToken)
    {
        var file = Path.Combine(_folder, segment + ".rrd");
        await File.WriteAllBytesAsync(file, JointRecording.Write(JointRecording.Chunks(60, 7, 60), segment, useLz4: true), cancellationToken);
        return file;
    }

    public async Task SpoolAsync(string file, string dataset, CancellationToken cancellationToken)
    {
        await _spool.AddAsync(new NewRecording(_name, dataset, "base", file, null), cancellationToken);
        _sender.Wake();
    }

    /// <summary>Ends when all that is in the spool was answered.</summary>
    public Task SendAsync(CancellationToken cancellationToken) => _sender.RunAsync(cancellationToken);

    /// <summary>Sends whatever comes into the spool until <paramref name="work"/> is done, then as <see cref="SendAsync"/>.</summary>
    public async Task SendDuringAsync(Func<Task> work, CancellationToken cancellationToken)
    {
        _goesOn = true;
        var sending = SendAsync(cancellationToken);
        await work();
        _goesOn = false;
        _sender.TryNow();
        await sending;
    }

    public async ValueTask DisposeAsync()
    {
        await _broker!.DisposeAsync();
        _upload.Dispose();
        _spool.Dispose();
    }
}
