using System.Collections.Concurrent;
using Strata.Publishing;
using Strata.Web;

namespace Strata.Cli;

/// <summary>A simulated robot with a spool of its own, which sends as <c>strata watch</c> does.</summary>
internal sealed class SpoolingRobot : IProgress<SendingNews>, IAsyncDisposable
{
    private const string Layer = "base";

    private readonly string _robot;
    private readonly string _dataset;
    private readonly RobotSpool _spool;
    private readonly Action<string> _tell;
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentDictionary<long, TaskCompletionSource<SpooledRecording>> _answers = new();
    private readonly Task _sending;
    private SpoolSender? _sender;

    /// <param name="folder">Of the spool.</param>
    /// <param name="tell">Is told why it waits.</param>
    public SpoolingRobot(string robot, string dataset, string folder, RobotAddresses addresses, Action<string> tell)
    {
        (_robot, _dataset, _tell, _spool) = (robot, dataset, tell, RobotSpool.Open(folder, TimeProvider.System, keepsReserve: false));
        var sending = new SpoolSending(_spool, addresses);
        _sending = Task.Run(() => sending.RunAsync(robot, this, () => false, () => { }, sender => Volatile.Write(ref _sender, sender), _stop.Token));
    }

    /// <summary>Spools a file, which may go then, and ends when it is answered. One that was sent before is sent again as a robot does that has forgotten it: as a new message.</summary>
    /// <exception cref="OperationException">It is not taken.</exception>
    public async Task<SpooledRecording> SendAsync(string path, CancellationToken cancellationToken)
    {
        var spooled = await SpoolAsync(path, cancellationToken);
        var answer = _answers.GetOrAdd(spooled.Id, NewAnswer);
        if (_spool.Find(spooled.Id) is { State: SpoolStates.Done } already)
        {
            answer.TrySetResult(already);
        }

        Volatile.Read(ref _sender)?.Wake();
        await Task.WhenAny(answer.Task, _sending).WaitAsync(cancellationToken);
        if (!answer.Task.IsCompleted)
        {
            await _sending;
        }

        _answers.TryRemove(spooled.Id, out _);
        return await answer.Task is { Outcome: not null } answered
            ? answered
            : throw new OperationException(OperationErrors.FailedPrecondition, $"robot '{_robot}' hears no answers: its user at the broker may not read from 'answers'", "name the server's own user in --broker, or give this one the right (docs/publishing.md)");
    }

    public Task BeatAsync(CancellationToken cancellationToken) => Volatile.Read(ref _sender)?.BeatAsync(cancellationToken) ?? Task.CompletedTask;

    public void Report(SendingNews value)
    {
        switch (value)
        {
            case RecordingMoved { Recording: { State: SpoolStates.Done } done }:
                _answers.GetOrAdd(done.Id, NewAnswer).TrySetResult(done);
                break;
            case RecordingHeldBack { NeedsPerson: true } held:
                _answers.GetOrAdd(held.Recording.Id, NewAnswer).TrySetException(new OperationException(OperationErrors.Conflict, held.Reason, null));
                break;
            case SendingWaits waits:
                _tell(waits.Reason);
                break;
            default:
                break;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _spool.Dispose();
        _stop.Dispose();
    }

    private async Task<SpooledRecording> SpoolAsync(string path, CancellationToken cancellationToken)
    {
        var recording = new NewRecording(_robot, _dataset, Layer, path, null);
        var added = await _spool.AddAsync(recording, cancellationToken);
        if (added.IsNew)
        {
            return added.Recording;
        }

        _spool.Drop(added.Recording);
        return (await _spool.AddAsync(recording, cancellationToken)).Recording;
    }

    private static TaskCompletionSource<SpooledRecording> NewAnswer(long id) => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
