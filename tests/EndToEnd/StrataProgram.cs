using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// The program as a user runs it. A process of its own costs half a second of a core before it begins with a command, so a command that a test only needs, or whose answer it
/// judges, runs in the tests' process (<see cref="CommandInProcess"/>); what a test says of processes — that they end, are killed, keep a port or a lock — is said of real ones.
/// </summary>
internal static class StrataProgram
{
    /// <summary>What <c>./strata</c> built, with its code compiled ahead of time as users have it, where <c>./test</c> names it; else the one beside the tests.</summary>
    private static readonly string Program = Environment.GetEnvironmentVariable("STRATA_TEST_PROGRAM") ?? Path.Combine(AppContext.BaseDirectory, "strata.dll");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static IReadOnlyDictionary<string, string> NoSettings => ImmutableDictionary<string, string>.Empty;

    public static Task<ProgramResult> RunAsync(string data, params string[] arguments) => RunAsync(data, NoSettings, arguments);

    /// <param name="settings">Of the program, by their names in the environment.</param>
    public static Task<ProgramResult> RunAsync(string data, IReadOnlyDictionary<string, string> settings, params string[] arguments) =>
        CommandInProcess.Runs(arguments) ? CommandInProcess.RunAsync(data, settings, arguments, Token) : RunAsync(StartInfo(data, settings, arguments));

    /// <summary>As a process, whatever the command.</summary>
    public static Task<ProgramResult> RunProcessAsync(string data, params string[] arguments) => RunAsync(StartInfo(data, arguments));

    public static async Task<ProgramResult> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(Token);
        var error = process.StandardError.ReadToEndAsync(Token);
        await process.WaitForExitAsync(Token);
        return new(process.ExitCode, await output, await error);
    }

    /// <summary>Runs with <c>--json</c>, expects the exit code and gives the document.</summary>
    public static Task<JsonElement> JsonAsync(string data, int code, params string[] arguments) => JsonAsync(data, NoSettings, code, arguments);

    /// <inheritdoc cref="JsonAsync(string, int, string[])"/>
    /// <param name="settings">Of the program, by their names in the environment.</param>
    public static async Task<JsonElement> JsonAsync(string data, IReadOnlyDictionary<string, string> settings, int code, params string[] arguments)
    {
        var result = await RunAsync(data, settings, [.. arguments, "--json"]);
        result.Code.ShouldBe(code, $"strata {string.Join(' ', arguments)}: {result.Error}{result.Out}");
        return JsonElement.Parse(result.Out);
    }

    /// <summary>The layer names of a row of the segment table.</summary>
    public static string Layers(JsonElement row) => string.Join(", ", row.GetProperty("rerun_layer_names").EnumerateArray().Select(l => l.GetString()));

    public static ProcessStartInfo StartInfo(string data, params string[] arguments) => StartInfo(data, NoSettings, arguments);

    public static ProcessStartInfo StartInfo(string data, IReadOnlyDictionary<string, string> settings, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        start.Environment["STRATA_DATA"] = data;
        foreach (var (name, value) in settings)
        {
            start.Environment[name] = value;
        }

        return start;
    }
}

internal sealed record ProgramResult(int Code, string Out, string Error);
