using System.Text;

namespace Strata.DerivationWorkers;

/// <summary>The first bytes of what a process says.</summary>
internal sealed class KeptHead(int most)
{
    private readonly Lock _gate = new();
    private readonly List<byte> _bytes = [];

    /// <summary>There was more.</summary>
    public bool IsCut { get; private set; }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            var room = Math.Min(bytes.Length, most - _bytes.Count);
            _bytes.AddRange(bytes[..room]);
            IsCut |= room < bytes.Length;
        }
    }

    public byte[] ToArray()
    {
        lock (_gate)
        {
            return [.. _bytes];
        }
    }
}

/// <summary>The last bytes of what a process says.</summary>
internal sealed class KeptTail(int most)
{
    /// <summary>As much as a person reads; it stands in the event.</summary>
    public const int ShownBytes = 4 * 1024;

    private readonly Lock _gate = new();
    private readonly byte[] _bytes = new byte[most];
    private long _said;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        lock (_gate)
        {
            foreach (var one in bytes)
            {
                _bytes[_said++ % most] = one;
            }
        }
    }

    /// <summary>As text; what is no text is shown as such, and control characters but line ends are left out.</summary>
    public override string ToString()
    {
        lock (_gate)
        {
            var kept = (int)Math.Min(_said, most);
            var bytes = new byte[kept];
            for (var k = 0; k < kept; k++)
            {
                bytes[k] = _bytes[(_said - kept + k) % most];
            }

            var text = string.Concat(Encoding.UTF8.GetString(bytes).Where(c => c is '\n' || !char.IsControl(c))).Trim();
            return _said > most ? $"… {text}" : text;
        }
    }
}
