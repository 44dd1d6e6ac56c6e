using Strata.Contracts;

namespace Strata.Publishing.Tests;

/// <summary>Accepts whatever comes, each time that it comes.</summary>
internal sealed class AnsweringServer : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly ServerSide _server;
    private readonly Task _running;

    public AnsweringServer(ServerSide server)
    {
        _server = server;
        _running = RunAsync();
    }

    public HashSet<string> MessageIds { get; } = [];

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    private async Task RunAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            foreach (var message in (await _server.TakeAllAsync()).Select(ServerSide.Message))
            {
                MessageIds.Add(message.MessageId);
                await _server.AnswerAsync(new(message.MessageId, message.Robot, message.Dataset, message.Layer, RecordingOutcomes.Accepted, "episode", 7, null, null));
            }

            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
    }
}
