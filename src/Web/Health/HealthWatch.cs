using System.Collections.Concurrent;
using Strata.Contracts;

namespace Strata.Web;

/// <summary>Looks at all parts at once, waits for none of them longer than is good for who asks, and remembers since when each is as it is.</summary>
/// <param name="roles">What this process does.</param>
public sealed class HealthWatch(IEnumerable<IPartHealth> parts, IReadOnlyList<string> roles, TimeProvider time)
{
    /// <summary>Whoever asks a health endpoint gives up after some seconds: an answer that says what hangs must be there by then.</summary>
    public static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<string, (HealthStatus Status, long SinceNs)> _since = new(StringComparer.Ordinal);

    public async Task<HealthReport> LookAsync(CancellationToken cancellationToken)
    {
        var found = await Task.WhenAll(parts.Select(part => LookAtAsync(part, cancellationToken)));
        var worst = found.Select(f => f.Finding.Status).DefaultIfEmpty().Max();
        return new(HealthWords.Of(worst), StrataVersion.Current, roles, [.. found.Select(f => PartOf(f.Part, f.Finding))]);
    }

    private async Task<(IPartHealth Part, PartFinding Finding)> LookAtAsync(IPartHealth part, CancellationToken cancellationToken)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            // Off the caller's thread: a disk that hangs would hold up the looks at the others.
            return (part, await Task.Run(() => part.LookAsync(bound.Token), bound.Token).WaitAsync(LongestLook, time, cancellationToken));
        }
        catch (TimeoutException)
        {
            await bound.CancelAsync();
            return (part, PartFinding.Down($"{part.Name} does not answer within {LongestLook.TotalSeconds:N0} s", "see whether it is overloaded, or cannot be reached from here"));
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            return (part, PartFinding.Down($"{part.Name}: {e.Message}", null));
        }
    }

    private HealthPart PartOf(IPartHealth part, PartFinding finding)
    {
        var nowNs = (time.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;
        var since = _since.AddOrUpdate(part.Name, (finding.Status, nowNs), (_, before) => before.Status == finding.Status ? before : (finding.Status, nowNs));
        return new(part.Name, HealthWords.Of(finding.Status), since.SinceNs, finding.Words, finding.Next);
    }
}
