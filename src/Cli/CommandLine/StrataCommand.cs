using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Strata.Publishing;
using Strata.Web;

namespace Strata.Cli;

/// <summary>A command of the program with the example that its help shows.</summary>
internal abstract class StrataCommand : Command
{
    private readonly GlobalOptions _options;
    private readonly Terminal _terminal;
    private readonly IConfigurationSource _environment;

    /// <param name="example">One line that works when pasted, without the leading <c>strata</c>.</param>
    protected StrataCommand(CommandParts parts, string name, string description, string example)
        : base(name, description)
    {
        _options = parts.Options;
        _terminal = parts.Terminal;
        _environment = parts.Environment;
        Example = example;
        SetAction(InvokeAsync);
    }

    public string Example { get; }

    /// <summary>Whether its answer is data, which <c>--json</c> prints as one document.</summary>
    protected virtual bool AnswersInJson => true;

    protected abstract Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken);

    /// <summary>Every failure ends here, once: one line with the next step.</summary>
    private async Task<int> InvokeAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        try
        {
            if (UsageErrors.OfValues(parsed) is { } mistaken)
            {
                throw new UsageException(mistaken, null);
            }

            if (!AnswersInJson && parsed.GetValue(_options.Json))
            {
                throw new UsageException($"{Name}: it prints no data, so there is no --json of it", null);
            }

            return await RunAsync(new CommandContext(_terminal, _environment, parsed, _options), cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            await _terminal.Error.WriteLineAsync("stopped");
            return ExitCodes.Failed;
        }
        catch (UsageException e)
        {
            await ErrorLine.WriteAsync(_terminal, e.Message, e.Next ?? UsageErrors.Help(parsed));
            return ExitCodes.Usage;
        }
        catch (OperationException e)
        {
            await ErrorLine.WriteAsync(_terminal, e.Message, e.Next);
            return ExitCodes.Failed;
        }
        catch (PublishingException e)
        {
            await ErrorLine.WriteAsync(_terminal, e.Message, e.Next);
            return ExitCodes.Failed;
        }
        catch (Exception e) when (StorageFailures.IsFull(e))
        {
            await ErrorLine.WriteAsync(_terminal, e.Message, $"free room on the disk of {StorageFailures.DiskOf(e) ?? DataDirectory.Of(parsed.GetValue(_options.Data)).Path}, then run it again");
            return ExitCodes.Failed;
        }
#pragma warning disable CA1031 // the outermost frame of a command: whatever went wrong is said in one line instead of a stack trace
        catch (Exception e)
#pragma warning restore CA1031
        {
            await ErrorLine.WriteAsync(_terminal, e.Message, parsed.GetValue(_options.Verbose) ? e.ToString() : "run it again with --verbose for the details");
            return ExitCodes.Failed;
        }
    }
}

/// <param name="Environment">The settings that came with the command, beside those of files.</param>
internal sealed record CommandParts(GlobalOptions Options, Terminal Terminal, IConfigurationSource Environment);

/// <summary>The command line contradicts itself in a way that the parser cannot see.</summary>
/// <param name="next">The next step; null: the command's help.</param>
internal sealed class UsageException(string message, string? next) : Exception(message)
{
    public string? Next { get; } = next;
}

internal static class ErrorLine
{
    /// <param name="message">What it quotes may have line ends of its own. An expression with a caret under its place, which one line cannot show, comes before it.</param>
    public static async Task WriteAsync(Terminal terminal, string message, string? next)
    {
        var marked = message.EndsWith('^') ? message.IndexOf(":\n", StringComparison.Ordinal) : -1;
        if (marked >= 0)
        {
            await terminal.Error.WriteLineAsync(message[(marked + 2)..]);
        }

        await WriteOneAsync(terminal, (marked >= 0 ? message[..marked] : message).ReplaceLineEndings(" "), next);
    }

    private static Task WriteOneAsync(Terminal terminal, string message, string? next) =>
        terminal.Error.WriteLineAsync(next is null ? $"strata: {message}" : $"strata: {message.TrimEnd('.')}{(message.EndsWith('?') ? "" : ".")} Next: {next}");
}
