using System.Collections.Concurrent;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>What references looked like when they were checked: one that still looks so is not read again.</summary>
internal sealed class CheckedReferences
{
    /// <summary>Some 400 bytes each with the path. To check a file that was forgotten costs less than opening a chunk of it.</summary>
    private const int MaxChecked = 4_096;

    private readonly ConcurrentDictionary<(string Location, Sha256Digest Tail), SourceStamp> _checked = new();

    public bool Knows(string location, Sha256Digest tail, SourceStamp stamp) => _checked.TryGetValue((location, tail), out var known) && known == stamp;

    public void Remember(string location, Sha256Digest tail, SourceStamp stamp)
    {
        if (_checked.Count >= MaxChecked)
        {
            _checked.Clear();
        }

        _checked[(location, tail)] = stamp;
    }
}
