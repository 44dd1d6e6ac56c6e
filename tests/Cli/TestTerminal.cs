namespace Strata.Cli.Tests;

/// <summary>A terminal that keeps what is written to it.</summary>
internal static class TestTerminal
{
    public static (Terminal Terminal, StringWriter Out, StringWriter Error) Create(int? width = null)
    {
        var (output, error) = (new StringWriter(), new StringWriter());
        return (new Terminal(output, error, outputIsTerminal: width is not null, errorIsTerminal: false, width ?? 100), output, error);
    }
}
