using Strata.Contracts;

namespace Strata.Cli;

/// <summary>Words in place of a table without rows, which would look like a fault.</summary>
internal static class EmptyAnswer
{
    /// <param name="next">What to look at or do next, without the leading <c>strata</c>.</param>
    public static Task WriteAsync(CommandContext context, string words, string next, CancellationToken cancellationToken) =>
        context.Terminal.Error.WriteLineAsync($"{words}; next: strata {context.DataOption}{next}".AsMemory(), cancellationToken);

    /// <param name="name">Of a dataset, or of a moment of it (<c>robots[1234]</c>).</param>
    /// <returns>Nothing is registered into a past state: what came of the dataset is told by its history.</returns>
    public static string NextOfDataset(string name, bool isPart) => MomentName.TryParse(name) is { } moment ? $"history {ShellWord.Of(moment.Dataset)}"
        : isPart ? $"history {ShellWord.Of(name)}"
        : $"register RECORDINGS --dataset {ShellWord.Of(name)}";

    public static bool IsMoment(string name) => MomentName.TryParse(name) is not null;
}
