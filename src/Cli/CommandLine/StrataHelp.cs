using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace Strata.Cli;

/// <summary>The usual help, and beneath it an example of the very command.</summary>
internal sealed class StrataHelp(HelpAction usual) : SynchronousCommandLineAction
{
    public override int Invoke(ParseResult parseResult)
    {
        var result = usual.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Example:");
        foreach (var example in Examples(parseResult.CommandResult.Command))
        {
            output.WriteLine($"  strata {example}");
        }

        output.WriteLine();
        return result;
    }

    private static IEnumerable<string> Examples(Command command) => command switch
    {
        StrataCommand strata => [strata.Example],
        StrataCommandLine root => root.Examples,
        _ => command.Subcommands.OfType<StrataCommand>().Select(c => c.Example),
    };
}
