using System.Collections.Concurrent;
using Strata.Contracts;

namespace Strata.Recordings;

/// <summary>Copies whose bytes were read and found whole by this process, as long as they look as they did then: whoever asks for a large file again is answered at once.</summary>
internal sealed class VerifiedCopies
{
    /// <summary>Some hundred bytes each. One that was forgotten is read again.</summary>
    private const int MaxRemembered = 4_096;

    private readonly ConcurrentDictionary<Sha256Digest, SourceStamp> _whole = new();

    public bool Knows(Sha256Digest sha256, SourceStamp stamp) => _whole.TryGetValue(sha256, out var known) && known == stamp;

    public void Remember(Sha256Digest sha256, SourceStamp stamp)
    {
        if (_whole.Count >= MaxRemembered)
        {
            _whole.Clear();
        }

        _whole[sha256] = stamp;
    }
}
