using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Strata.Arrow;

/// <summary>
/// What was made of some bytes, remembered by those bytes themselves: thousands of recordings carry a handful of schemas.
/// Safe for concurrent use. Bounded whatever comes: see <see cref="MaxTotalBytes"/>.
/// </summary>
/// <typeparam name="T">Immutable, and without references to the bytes it was made of.</typeparam>
public sealed class ContentCache<T>
    where T : class
{
    /// <summary>Bytes of one content.</summary>
    public const int MaxContentBytes = ArrowLimits.MaxRememberedBytes;

    /// <summary>Bytes of all contents with their overhead.</summary>
    public const int MaxTotalBytes = ArrowLimits.MaxRememberedTotalBytes;

    /// <summary>What an entry takes beside its content; keeps many tiny contents in bounds too.</summary>
    private const int OverheadBytes = 512;

    private readonly ConcurrentDictionary<byte[], T> _entries = new(ContentComparer.Instance);
    private long _totalBytes;

    /// <summary>How many contents are remembered.</summary>
    public int Count => _entries.Count;

    /// <summary>What is remembered of these bytes, or null.</summary>
    public T? Find(ReadOnlySpan<byte> content) =>
        content.Length <= MaxContentBytes && _entries.GetAlternateLookup<ReadOnlySpan<byte>>().TryGetValue(content, out var value) ? value : null;

    /// <summary>Remembers <paramref name="value"/> and answers it, or what another thread has remembered first. A full cache forgets everything and starts anew.</summary>
    public T Add(ReadOnlySpan<byte> content, T value)
    {
        if (content.Length > MaxContentBytes)
        {
            return value;
        }

        var bytes = content.Length + OverheadBytes;
        if (Interlocked.Add(ref _totalBytes, bytes) > MaxTotalBytes)
        {
            _entries.Clear();
            Interlocked.Exchange(ref _totalBytes, bytes);
        }

        return _entries.GetOrAdd(content.ToArray(), value);
    }

    private sealed class ContentComparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
    {
        public static readonly ContentComparer Instance = new();

        public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

        public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

        public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

        // Seeded at random in each process, so that nobody can prepare contents that collide.
        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();
    }
}
