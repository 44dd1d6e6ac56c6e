using System.Diagnostics;

namespace Strata.Arrow.Tests.Support;

/// <summary>Where test inputs and the real SDK's Python are.</summary>
internal static class TestFiles
{
    /// <summary>A file of this repository's tests/Data.</summary>
    public static byte[] Data(params string[] path) =>
        File.ReadAllBytes(Path.Combine([FindUp("tests/Data") ?? throw new DirectoryNotFoundException("tests/Data is not above the test's folder"), .. path]));

    /// <summary>The folder of streams that arrow-rs wrote.</summary>
    public static string OwnData() => FindUp("tests/Arrow/Data") ?? throw new DirectoryNotFoundException("tests/Arrow/Data is not above the test's folder");

    /// <summary>The folder of streams that pyarrow wrote, with their values.</summary>
    public static string PyArrowGolden() => FindUp("tests/Arrow/Golden") ?? throw new DirectoryNotFoundException("tests/Arrow/Golden is not above the test's folder");

    /// <summary>The folder with the golden files of the real SDK, or a skip.</summary>
    public static string Golden()
    {
        string? shared = Environment.GetEnvironmentVariable("STRATA_SHARED") ?? FindUp("shared");
        string golden = Path.Combine(shared ?? "", "recordings", "sdk", "golden");
        if (!Directory.Exists(golden))
            Assert.Skip("shared/recordings/sdk/golden is absent; put the shared recordings beside the repository or set STRATA_SHARED to their folder");
        return golden;
    }

    /// <summary>Runs Python code with the arguments given; its standard output. Skips where no Python with pyarrow is named.</summary>
    public static async Task<string> Python(string code, params string[] arguments)
    {
        string? python = Environment.GetEnvironmentVariable("STRATA_RERUN_PYTHON");
        if (!File.Exists(python))
            Assert.Skip("STRATA_RERUN_PYTHON does not name a python with pyarrow; set it to the python of an unpacked rerun-sdk");
        var start = new ProcessStartInfo(python!) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add(code);
        foreach (string argument in arguments)
            start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        process.ExitCode.ShouldBe(0, await errors);
        return await output;
    }

    private static string? FindUp(string wanted)
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            string candidate = Path.Combine(at.FullName, wanted);
            if (Directory.Exists(wanted == "shared" ? Path.Combine(candidate, "recordings") : candidate))
                return candidate;
        }

        return null;
    }
}
