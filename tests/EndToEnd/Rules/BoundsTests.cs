using System.Text.RegularExpressions;

namespace Strata.EndToEnd.Tests;

/// <summary>Nothing grows without a bound that somebody chose. Source: DESIGN rule 14.</summary>
public sealed partial class BoundsTests
{
    /// <summary>What takes as much as it is given, and what bounds it instead.</summary>
    private static readonly Dictionary<string, string> BoundedElsewhere = new(StringComparer.Ordinal)
    {
        ["src/DerivationWorkers/Work/DerivationWorker.cs"] = "ClaimsHeld and ByteBudget: A_worker_never_holds_more_than_two_pages_of_claims",
        ["src/Cli/Host/RoleFailures.cs"] = "one entry a role that ended for good",
    };

    [Fact]
    public void Rule_14_every_channel_and_queue_between_threads_has_a_bound()
    {
        var unbounded = Sources().Where(s => Unbounded().IsMatch(s.Text)).Select(s => s.Path);

        unbounded.ShouldBe(BoundedElsewhere.Keys, ignoreOrder: true);
    }

    [GeneratedRegex(@"Channel\.CreateUnbounded|new (ConcurrentQueue|ConcurrentStack|BlockingCollection|BufferBlock)\b|Concurrent(Queue|Stack)<[^>]*> \w+ = new")]
    private static partial Regex Unbounded();

    private static IEnumerable<(string Path, string Text)> Sources() =>
        Directory.EnumerateFiles(System.IO.Path.Combine(Samples.Repository, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(f => !f.Contains("/obj/", StringComparison.Ordinal))
            .Select(f => (Path.GetRelativePath(Samples.Repository, f).Replace('\\', '/'), File.ReadAllText(f)));
}
