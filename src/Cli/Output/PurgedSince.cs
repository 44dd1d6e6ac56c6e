using Strata.Web;

namespace Strata.Cli;

/// <summary>Below a past state: what was there and was purged since.</summary>
internal static class PurgedSince
{
    public static async Task WriteAsync(Terminal terminal, IReadOnlyList<PurgedLine> purges)
    {
        foreach (var purged in purges)
        {
            var left = purged.Erased ? "of what was recorded nothing is left" : "what was recorded is read by nobody any more and is not erased yet";
            await terminal.Out.WriteLineAsync($"purged since, at position {purged.Position}: segment '{purged.Segment}' ({purged.Reason}); {left}");
        }
    }
}
