using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strata.Bench;

/// <summary>Rerun's own client in a process of its own, <c>bench/peer/client.py</c>: it stays while servers come and go on its port.</summary>
internal sealed class RealClient : IAsyncDisposable
{
    private readonly Process _process;
    private readonly Task<string> _errors;

    private RealClient(Process process) => (_process, _errors) = (process, process.StandardError.ReadToEndAsync());

    /// <summary>Ends when it has started and read its modules.</summary>
    public static async Task<RealClient> StartAsync(int port, CancellationToken cancellationToken)
    {
        var client = new RealClient(Peer.StartScript("client.py", string.Create(CultureInfo.InvariantCulture, $"rerun+http://127.0.0.1:{port}")));
        await client.AnswerAsync("start", cancellationToken);
        return client;
    }

    /// <returns>Seconds on the client's clock.</returns>
    public async Task<double> DoAsync(JsonArray step, CancellationToken cancellationToken)
    {
        await _process.StandardInput.WriteLineAsync(step.ToJsonString().AsMemory(), cancellationToken);
        await _process.StandardInput.FlushAsync(cancellationToken);
        using var answer = JsonDocument.Parse(await AnswerAsync(step.ToJsonString(), cancellationToken));
        return answer.RootElement.GetProperty("seconds").GetDouble();
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private async Task<string> AnswerAsync(string step, CancellationToken cancellationToken) =>
        await _process.StandardOutput.ReadLineAsync(cancellationToken) ?? throw new InvalidOperationException($"client.py ended at {step}: {await _errors}");
}
