using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Strata.Cli;

/// <summary>The usual help, and beneath it an example of the very command.</summary>
internal sealed class StrataHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var output = parseResult.InvocationConfiguration.Output;
        using var text = new StringWriter();
        parseResult.InvocationConfiguration.Output = text;
        var result = usual.Invoke(parseResult);
        parseResult.InvocationConfiguration.Output = output;
        output.Write(parseResult.CommandResult.Command.Subcommands.Aggregate(text.ToString(), WithOptionalArguments));
        output.WriteLine("Example:");
        foreach (var example in Examples(parseResult.CommandResult.Command))
        {
            output.WriteLine($"  strata {example}");
        }

        output.WriteLine();
        return result;
    }

    /// <summary>The list of commands shows each argument as one that is required: those that are not get other brackets, and the columns stay.</summary>
    private static string WithOptionalArguments(string text, Command command) => command.Arguments.Count == 0
        ? text
        : text.Replace(
            $"  {command.Name} {string.Join(' ', command.Arguments.Select(a => $"<{Label(a)}>"))}",
            $"  {command.Name} {string.Join(' ', command.Arguments.Select(a => a.Arity.MinimumNumberOfValues == 0 ? $"[{Label(a)}]" : $"<{Label(a)}>"))}",
            StringComparison.Ordinal);

    private static string Label(Argument argument) => argument.HelpName ?? argument.Name;

    private static IEnumerable<string> Examples(Command command) => command switch
    {
        StrataCommand strata => [strata.Example],
        StrataCommandLine root => root.Examples,
        _ => command.Subcommands.OfType<StrataCommand>().Select(c => c.Example),
    };
}
