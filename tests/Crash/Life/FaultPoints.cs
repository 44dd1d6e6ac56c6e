using System.Diagnostics;
using System.Globalization;

namespace Strata.Crash.Life;

/// <summary>Counts the passages of each point, and lets happen what was ordered: <c>none</c>, or <c>kill:POINT:N</c>, the end of the process at the n-th passage.</summary>
internal sealed class FaultPoints
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<string, int> _passed = new(StringComparer.Ordinal);
    private readonly string? _point;
    private readonly int _occurrence;

    public FaultPoints(string order)
    {
        (_point, _occurrence) = order.Split(':') switch
        {
            ["none"] => (null, 0),
            ["kill", var point, var occurrence] => (point, int.Parse(occurrence, CultureInfo.InvariantCulture)),
            _ => throw new ArgumentException($"expected none or kill:POINT:N, found {order}", nameof(order)),
        };
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
            if (point == _point && count == _occurrence)
            {
                Die();
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
