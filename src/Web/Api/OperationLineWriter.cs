using System.Text.Json;
using System.Threading.Channels;

namespace Strata.Web;

/// <summary>Writes progress as it comes and the result last. A slow reader loses steps of progress, never the result, and never holds up the work.</summary>
internal sealed class OperationLineWriter : IProgress<OperationProgress>, IAsyncDisposable
{
    private readonly Channel<OperationProgress> _progress = Channel.CreateBounded<OperationProgress>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    private readonly Stream _body;
    private readonly Task _writing;

    public OperationLineWriter(Stream body)
    {
        _body = body;
        _writing = WriteProgressAsync();
    }

    public void Report(OperationProgress value) => _progress.Writer.TryWrite(value);

    public async Task FinishAsync(OperationLine last, CancellationToken cancellationToken)
    {
        _progress.Writer.TryComplete();
        await _writing;
        await WriteAsync(last, cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _progress.Writer.TryComplete();
        await _writing;
    }

    private async Task WriteProgressAsync()
    {
        try
        {
            await foreach (var progress in _progress.Reader.ReadAllAsync())
            {
                await WriteAsync(new OperationLine(progress, null, null), CancellationToken.None);
            }
        }
        catch (IOException)
        {
            // The reader went away: writing the result will meet the same, and there it counts.
        }
    }

    private async Task WriteAsync(OperationLine line, CancellationToken cancellationToken)
    {
        await JsonSerializer.SerializeAsync(_body, line, ApiJson.Default.OperationLine, cancellationToken);
        await _body.WriteAsync("\n"u8.ToArray(), cancellationToken);
        await _body.FlushAsync(cancellationToken);
    }
}
