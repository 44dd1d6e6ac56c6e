namespace Strata.Publishing.Tests;

/// <summary>A robot with a spool and a sender, whose server, broker and time are the test's.</summary>
public abstract class SendingRobot : IDisposable
{
    private protected readonly TestFolder _folder = new();
    private protected readonly ManualTime _time = new();
    private protected readonly FakeUpload _upload = new();
    private protected readonly FakeBroker _broker = new();
    private protected readonly NewsChannel _news = new();
    private protected readonly RobotSpool _spool;
    private protected bool _needsAnswers;

    private protected SendingRobot() => _spool = _folder.Open(_time);

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _spool.Dispose();
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected async Task<SpooledRecording> AddAsync(string name) => (await _spool.AddAsync(TestFolder.New(_folder.WriteFile(name)), Token)).Recording;

    /// <summary>Lets time pass, a little at once so that whoever waits can set its next timer, until the work is done.</summary>
    private protected async Task PassUntilAsync(Task work, TimeSpan step)
    {
        while (!work.IsCompleted)
        {
            _time.Pass(step);
            await Task.WhenAny(work, Task.Delay(5, Token));
        }

        await work;
    }

    private protected bool AllAre(string state) => _spool.List(all: true).All(r => r.State == state);

    private protected Task RunAsync(Func<bool> isEnough) => RunUntilAsync(isEnough, Token);

    private protected Task RunUntilAsync(Func<bool> isEnough, CancellationToken cancellationToken) =>
        new SpoolSender(_spool, _upload, _broker.Connect, TestFolder.Robot, _time, _news, isEnough) { NeedsAnswers = _needsAnswers }.RunAsync(cancellationToken);
}
