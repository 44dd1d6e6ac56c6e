namespace Strata.Cli;

/// <summary>Goes from check to check; one that hangs or fails is told as a problem, and the next one is looked at.</summary>
internal static class DoctorRounds
{
    /// <summary>A database or a broker that answers at all does so sooner.</summary>
    private static readonly TimeSpan LongestLook = TimeSpan.FromSeconds(10);

    public static async Task<IReadOnlyList<DoctorLine>> RunAsync(IEnumerable<IDoctorCheck> checks, CancellationToken cancellationToken)
    {
        var lines = new List<DoctorLine>();
        foreach (var check in checks)
        {
            using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            bound.CancelAfter(LongestLook);
            try
            {
                await foreach (var line in check.LookAsync(bound.Token))
                {
                    lines.Add(line);
                }
            }
            catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
            {
                lines.Add(DoctorLine.Problem(check.Name, $"no answer within {LongestLook.TotalSeconds:N0} s", "see whether it is overloaded, or cannot be reached from here"));
            }
#pragma warning disable CA1031 // whoever looks for a fault wants to hear of each, and of the rest too
            catch (Exception e) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                lines.Add(DoctorLine.Problem(check.Name, e.Message, (e as Web.OperationException)?.Next ?? "mend it, then look again: strata doctor"));
            }
        }

        return lines;
    }
}
