using System.Diagnostics;
using System.Globalization;
using Strata.EventStore;

namespace Strata.Crash.Life;

internal enum FaultKind
{
    None,

    /// <summary>The process dies at the n-th passage.</summary>
    Kill,

    /// <summary>The first n passages find the disk full.</summary>
    Full,
}

/// <summary>Counts the passages of each point, and lets happen what was ordered: <c>none</c>, <c>kill:POINT:N</c> or <c>full:POINT:N</c>.</summary>
internal sealed class FaultPoints
{
    /// <summary>ENOSPC, as .NET gives it on Linux and macOS.</summary>
    private const int NoSpace = 28;

    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _passed = new(StringComparer.Ordinal);
    private readonly FaultKind _kind;
    private readonly string _point;
    private readonly int _occurrence;

    public FaultPoints(string order)
    {
        var parts = order.Split(':');
        _kind = Enum.Parse<FaultKind>(parts[0], ignoreCase: true);
        (_point, _occurrence) = _kind == FaultKind.None ? ("", 0) : (parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    public IReadOnlyList<(string Point, int Count)> Passed
    {
        get
        {
            lock (_lock)
            {
                return [.. _passed.Select(p => (p.Key, p.Value))];
            }
        }
    }

    public void Pass(string point)
    {
        // Who dies here holds the lock: nobody passes another point meanwhile.
        lock (_lock)
        {
            var count = _passed[point] = _passed.GetValueOrDefault(point) + 1;
            if (_kind == FaultKind.None || point != _point)
            {
                return;
            }

            if (_kind == FaultKind.Kill && count == _occurrence)
            {
                Die();
            }

            if (_kind == FaultKind.Full && count <= _occurrence)
            {
                throw point.StartsWith(FaultPoint.Append, StringComparison.Ordinal)
                    ? new LogStorageException("the log: the disk is full") { IsFull = true }
                    : new IOException("No space left on device", NoSpace);
            }
        }
    }

    /// <summary>SIGKILL: no finally, no exit handler, no flush.</summary>
    private static void Die()
    {
        using var self = Process.GetCurrentProcess();
        self.Kill();
        self.WaitForExit();
    }
}
