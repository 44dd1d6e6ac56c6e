using System.Threading.Channels;

namespace Strata.DerivationWorkers;

/// <summary>Where prepared work waits: what outside derivers compute beside the rest, so that one that hangs keeps nothing else from being derived.</summary>
internal sealed record WorkLanes(ChannelWriter<PreparedWork> BuiltIn, ChannelWriter<PreparedWork> Outside)
{
    public void Write(PreparedWork work) => (work.Claimed.IsOutside ? Outside : BuiltIn).TryWrite(work);
}
