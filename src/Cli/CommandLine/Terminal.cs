using Spectre.Console;

namespace Strata.Cli;

/// <summary>Where a command writes: data to one, words to the other. Both may be a terminal or a pipe.</summary>
internal sealed class Terminal(TextWriter output, TextWriter error, bool outputIsTerminal, bool errorIsTerminal, int width)
{
    /// <summary>Into a pipe nothing is wrapped or cut.</summary>
    private const int Unlimited = 10_000;

    private const int UsualWidth = 100;

    private readonly Lazy<IAnsiConsole> _console = new(() => Console(output, outputIsTerminal, width));
    private readonly Lazy<IAnsiConsole> _errorConsole = new(() => Console(error, errorIsTerminal, width));

    public TextWriter Out { get; } = output;

    public TextWriter Error { get; } = error;

    public bool OutIsTerminal { get; } = outputIsTerminal;

    public bool ErrorIsTerminal { get; } = errorIsTerminal;

    /// <summary>Columns of the terminal on which somebody looks, if only at the words.</summary>
    public int Width { get; } = width;

    /// <summary>Columns to lay a table of many columns out for: the same into every pipe.</summary>
    public int TableWidth => OutIsTerminal ? Width : UsualWidth;

    public IAnsiConsole OutConsole => _console.Value;

    public IAnsiConsole ErrorConsole => _errorConsole.Value;

    public static Terminal OfProcess()
    {
        var (outRedirected, errorRedirected) = (System.Console.IsOutputRedirected, System.Console.IsErrorRedirected);
        return new(System.Console.Out, System.Console.Error, !outRedirected, !errorRedirected, outRedirected && errorRedirected ? UsualWidth : ConsoleWidth());
    }

    private static int ConsoleWidth()
    {
        try
        {
            return System.Console.WindowWidth is > 0 and var width ? width : UsualWidth;
        }
        catch (IOException)
        {
            return UsualWidth;
        }
    }

    private static IAnsiConsole Console(TextWriter writer, bool terminal, int width)
    {
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Out = new AnsiConsoleOutput(writer),
            Ansi = terminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = terminal && Environment.GetEnvironmentVariable("NO_COLOR") is null ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = terminal ? InteractionSupport.Detect : InteractionSupport.No,
        });
        console.Profile.Width = terminal ? width : Unlimited;
        console.Profile.Capabilities.Unicode = true;
        return console;
    }
}
