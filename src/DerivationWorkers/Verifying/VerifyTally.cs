using Strata.EventStore;

namespace Strata.DerivationWorkers;

/// <summary>Adds up what segments say, in any order. Safe for concurrent use.</summary>
internal sealed class VerifyTally
{
    private readonly Lock _lock = new();
    private readonly List<VerifyDifference> _different = [];
    private readonly List<OtherVersion> _otherVersions = [];
    private readonly Dictionary<string, PurgedSegment> _purged = new(StringComparer.Ordinal);
    private long _checked;
    private long _equalBytes;
    private long _equalReference;
    private long _readBytes;

    public void Add(string segment, string layer, LayerProof proof)
    {
        lock (_lock)
        {
            _checked++;
            if (proof.Difference is { } difference)
            {
                _different.Add(difference);
            }
            else if (proof.Versions is { } versions)
            {
                _otherVersions.Add(new(segment, layer, versions));
            }
            else if (proof.HasHash)
            {
                _equalBytes++;
            }
            else
            {
                _equalReference++;
            }
        }
    }

    /// <summary>What was erased on purpose is neither equal nor different.</summary>
    public void AddPurged(PurgedSegment purge)
    {
        lock (_lock)
        {
            _purged[purge.Segment] = purge;
        }
    }

    public void AddRead(long bytes) => Interlocked.Add(ref _readBytes, bytes);

    public VerifyReport ToReport(TimeSpan elapsed)
    {
        lock (_lock)
        {
            return new(
                _checked,
                _equalBytes + _otherVersions.Count + _equalReference,
                [.. _different.OrderBy(d => d.Segment, StringComparer.Ordinal).ThenBy(d => d.Layer, StringComparer.Ordinal)],
                _equalBytes,
                _otherVersions.Count,
                _equalReference,
                [.. _otherVersions.OrderBy(o => o.Segment, StringComparer.Ordinal).ThenBy(o => o.Layer, StringComparer.Ordinal)],
                Interlocked.Read(ref _readBytes),
                elapsed.TotalSeconds)
            {
                Purged = [.. _purged.Values.OrderBy(p => p.Segment, StringComparer.Ordinal)],
            };
        }
    }
}
