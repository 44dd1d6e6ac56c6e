using System.Threading.Channels;

namespace Strata.DerivationWorkers;

/// <summary>Where prepared work waits: what outside derivers compute beside the rest, so that one that hangs keeps nothing else from being derived.</summary>
/// <param name="Outside">By <see cref="OutsideLanes"/>.</param>
internal sealed record WorkLanes(ChannelWriter<PreparedWork> BuiltIn, IReadOnlyDictionary<string, ChannelWriter<PreparedWork>> Outside)
{
    public void Write(PreparedWork work) => (work.Claimed.Lane is { } lane ? Outside[lane] : BuiltIn).TryWrite(work);
}
