using System.CommandLine;

namespace Strata.Cli;

/// <summary>Options that every command takes.</summary>
internal sealed class GlobalOptions
{
    public Option<string?> Data { get; } = new("--data")
    {
        Description = $"Data directory [default: {DataDirectory.EnvironmentVariable}, else {DataDirectory.Default}]",
        HelpName = "DIR",
        Recursive = true,
    };

    public Option<bool> Json { get; } = new("--json") { Description = "Print one JSON document", Recursive = true };

    public Option<bool> Verbose { get; } = new("--verbose") { Description = "Log what happens inside, to stderr", Recursive = true };
}
