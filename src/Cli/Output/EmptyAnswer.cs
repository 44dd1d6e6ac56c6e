namespace Strata.Cli;

/// <summary>Words in place of a table without rows, which would look like a fault.</summary>
internal static class EmptyAnswer
{
    /// <param name="next">What to look at or do next, without the leading <c>strata</c>.</param>
    public static Task WriteAsync(CommandContext context, string words, string next, CancellationToken cancellationToken) =>
        context.Terminal.Error.WriteLineAsync($"{words}; next: strata {context.DataOption}{next}".AsMemory(), cancellationToken);
}
