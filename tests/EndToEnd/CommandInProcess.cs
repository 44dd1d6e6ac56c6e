using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Configuration.Memory;
using Strata.Cli;
using Strata.Contracts;

namespace Strata.EndToEnd.Tests;

/// <summary>One command of the program in the tests' process: its whole command line from the words to the exit code, without the start of a runtime.</summary>
internal static class CommandInProcess
{
    private const string DataOption = "--data";

    /// <summary>Of a pipe.</summary>
    private const int Columns = 100;

    /// <summary>Who asks the same again waits for what it will say: without a process's start between two looks the asking would take the cores from what is waited for.</summary>
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);

    private static readonly ConcurrentDictionary<string, long> Answered = new(StringComparer.Ordinal);

    /// <summary>They are processes by their nature: they serve until a signal ends them, or start this program again.</summary>
    private static readonly string[] Processes = ["serve", "demo", "deriver"];

    /// <summary>With it every command is a process.</summary>
    private static readonly bool Never = Environment.GetEnvironmentVariable("STRATA_TEST_PROCESSES") is { Length: > 0 };

    public static bool Runs(IReadOnlyList<string> arguments) => !Never && arguments.Count > 0 && !arguments[0].StartsWith('-') && !Processes.Contains(arguments[0]);

    /// <param name="settings">As a process would find them in its environment: <c>Strata__Recordings__Folder</c>.</param>
    /// <param name="data">As a process finds it in its environment, which the tests' process cannot have for each test: it is an option, and advice that repeats it is given without.</param>
    public static async Task<ProgramResult> RunAsync(string data, IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        var look = string.Join('\0', [data, .. arguments]);
        if (Answered.TryGetValue(look, out var before) && Stopwatch.GetElapsedTime(before) is var since && since < BetweenLooks)
        {
            await Task.Delay(BetweenLooks - since, cancellationToken);
        }

        var names = arguments.Contains(DataOption);
        using var output = new StringWriter();
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Synchronized(output), TextWriter.Synchronized(error), outputIsTerminal: false, errorIsTerminal: false, Columns);
        IReadOnlyList<string> words = names ? arguments : [.. arguments.TakeWhile(word => word != "--"), DataOption, data, .. arguments.SkipWhile(word => word != "--")];
        var environment = new MemoryConfigurationSource { InitialData = settings.ToDictionary(s => s.Key.Replace("__", ":", StringComparison.Ordinal), s => (string?)s.Value) };
        var code = await Task.Run(() => new StrataCommandLine(terminal, environment).RunAsync(words, terminal, cancellationToken), cancellationToken);
        Answered[look] = Stopwatch.GetTimestamp();
        return new(code, Text(output), Text(error));

        string Text(StringWriter written) => names ? written.ToString() : written.ToString().Replace($"{DataOption} {ShellWord.Of(data)} ", "", StringComparison.Ordinal);
    }
}
