using System.Diagnostics;

namespace Strata.Rrd.Tests;

/// <summary>The real Rerun SDK, as an oracle.</summary>
internal static class RerunSdk
{
    private const string Variable = "STRATA_RERUN_PYTHON";

    /// <summary>Runs a script of Python with the SDK; returns what it printed. Scripts come one after another in the same process: <see cref="SharedPython"/>.</summary>
    public static async Task<string> PythonAsync(string script, params string[] arguments)
    {
        var python = Python();
        var answer = await SharedPython.RunAsync(python, script, arguments, TestContext.Current.CancellationToken);
        answer.Code.ShouldBe(0, $"{python}: {answer.Out}{answer.Error}");
        return answer.Out + answer.Error;
    }

    /// <summary>Likewise in a process of its own: what it writes is whole once that has ended.</summary>
    public static Task<string> PythonToItsEndAsync(string script, params string[] arguments) => RunAsync(Python(), ["-c", script, .. arguments]);

    /// <summary>Runs the <c>rerun</c> program that lies beside that Python.</summary>
    public static Task<string> RerunAsync(params string[] arguments) => RunAsync(Program(), arguments);

    /// <summary>The <c>rerun</c> program; the test is skipped where there is none.</summary>
    public static string Program() => Path.Combine(Path.GetDirectoryName(Python())!, "rerun");

    /// <summary>The interpreter; the test is skipped where there is none.</summary>
    public static string Python()
    {
        var python = Environment.GetEnvironmentVariable(Variable);
        if (string.IsNullOrEmpty(python) || !File.Exists(python))
        {
            Assert.Skip($"the Rerun SDK is absent: pip install \"rerun-sdk[catalog]==0.41.0\" and set {Variable} to that Python");
        }
        return python;
    }

    private static async Task<string> RunAsync(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["RERUN_ANALYTICS"] = "0";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, $"{program}: {await output}{await errors}");
        return await output + await errors;
    }
}
