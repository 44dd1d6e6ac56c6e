using System.Threading.Channels;

namespace Strata.DerivationWorkers;

/// <summary>Any number of wake-ups before the sleeper looks are one: a flood of messages costs one look at the work list.</summary>
internal sealed class WakeSignal
{
    private readonly Channel<bool> _pending = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Never blocks and never runs the sleeper on the caller's stack.</summary>
    public void Set() => _pending.Writer.TryWrite(true);

    public async Task WaitAsync(CancellationToken cancellationToken) => await _pending.Reader.ReadAsync(cancellationToken).ConfigureAwait(false);
}
