using System.Security.Cryptography;

namespace Strata.Rrd.Building;

/// <summary>Ids in ascending order, for the chunks and rows of one recording. Not safe for concurrent use. Source: rrd-format §5.</summary>
public sealed class TuidSequence
{
    private const int NsPerTick = 100;

    private readonly TimeProvider? _clock;
    private Tuid _next;

    private TuidSequence(TimeProvider? clock, Tuid first) => (_clock, _next) = (clock, first);

    /// <summary>Ids of the time at which they are taken, as the SDK makes them: the low half begins at random. Also where the clock goes back they ascend.</summary>
    public static TuidSequence FromClock(TimeProvider clock)
    {
        ArgumentNullException.ThrowIfNull(clock);
        Span<byte> low = stackalloc byte[sizeof(ulong)];
        RandomNumberGenerator.Fill(low);
        return new(clock, new Tuid(0, BitConverter.ToUInt64(low) >> 1));
    }

    /// <summary><paramref name="first"/> and those after it: the same calls give the same ids.</summary>
    public static TuidSequence StartingAt(Tuid first) => new(null, first);

    /// <summary>The first of <paramref name="count"/> ids that are one above the other; the next call answers one above all of them.</summary>
    public Tuid Take(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        if (_clock is not null)
        {
            var nowNs = (ulong)(_clock.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * NsPerTick;
            _next = _next with { TimeNs = Math.Max(nowNs, _next.TimeNs) };
        }
        if (_next.Inc > ulong.MaxValue - (ulong)count)
        {
            _next = new Tuid(_next.TimeNs + 1, 0);
        }
        var first = _next;
        _next = first.Next((ulong)count);
        return first;
    }
}
