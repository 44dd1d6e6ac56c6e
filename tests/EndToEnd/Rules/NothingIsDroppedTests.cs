using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Strata.Arrow;
using Strata.Cli;
using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// A failure of each stage lands where a user looks, in words. Projections that stand still are tested in <see cref="StandstillTests"/>, a role that ends in
/// <see cref="HealthTests"/>. Source: DESIGN rule 10.
/// </summary>
public sealed class NothingIsDroppedTests : IDisposable
{
    private const int Patience = 60_000;
    private const string Dataset = "arms";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-nothing-").FullName;

    private string Data => Path.Combine(_folder, "data");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Rule_10_a_broken_file_is_told_by_exit_code_answer_event_and_read_model()
    {
        var cut = Path.Combine(_folder, "cut.rrd");
        await File.WriteAllBytesAsync(cut, (await File.ReadAllBytesAsync(Samples.Files[0], Token))[..50_000], Token);

        var line = (await StrataProgram.JsonAsync(Data, 1, "register", cut, "--dataset", Dataset))[0];

        line.GetProperty("status").GetString().ShouldBe("quarantined");
        line.GetProperty("offset").GetInt64().ShouldBeInRange(1, 50_000);
        var reason = line.GetProperty("reason").GetString()!;
        new[] { "expected", "found" }.ShouldAllBe(word => reason.Contains(word, StringComparison.Ordinal), reason);
        (await StrataProgram.JsonAsync(Data, 0, "history", Dataset)).EnumerateArray().Select(e => e.GetProperty("type").GetString()).ShouldContain("recording_quarantined");
        var entry = (await StrataProgram.JsonAsync(Data, 0, "quarantine", "list")).EnumerateArray().Single();
        entry.GetProperty("path").GetString()!.ShouldEndWith("cut.rrd");
        (await StrataProgram.RunAsync(Data, "quarantine", "show", entry.GetProperty("id").GetString()!)).Out.ShouldContain("release");
    }

    [Fact(Timeout = Patience)]
    public async Task Rule_10_a_deriver_that_throws_is_told_by_answer_event_read_model_and_why()
    {
        await using var strata = await StrataInProcess.StartAsync(services => services.AddSingleton(new DeriverRegistry([new ThrowingDeriver(), new QualityDeriver()])));

        var answer = await strata.RegisterAsync(Dataset, Samples.Files[..1], wait: true);

        var group = answer.Derivations.ShouldHaveSingleItem();
        (group.Rule, group.Outcome, group.Reason).ShouldBe(("tracking_error", "failed", FailureReasons.Unexpected));
        group.Detail!.ShouldContain("a joint fell off");
        var failed = (await strata.EventsAsync()).Select(e => e.Event).OfType<DerivationFailed>().ShouldHaveSingleItem();
        failed.Detail.ShouldContain("DivideByZeroException: a joint fell off");
        var dataset = (await strata.ReadModels.Entries.FindAsync(Dataset, Token))!.Dataset;
        (await strata.ReadModels.Evaluations.ReadAsync(dataset, Samples.Segments[0], asOf: null, Token)).ShouldHaveSingleItem().Outcome.ShouldBe("failed");
        var why = await strata.Operations.RunAsync(WhyOperation.Route, new WhyRequest(Dataset, Samples.Segments[0], "tracking_error"), NoProgress.Instance, Token);
        why.Sentences.ShouldContain(s => s.Contains("a joint fell off", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Rule_10_a_folder_that_cannot_be_read_is_told_by_exit_code_and_the_others_are_registered()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no folder modes; run it on Linux or macOS");
        Assert.SkipWhen(Environment.IsPrivilegedProcess && !CanBecomeNobody(), "root may read everything, and setpriv (util-linux) or a way to run dotnet as nobody is absent; run it as an ordinary user");
        var (open, locked) = (Directory.CreateDirectory(Path.Combine(_folder, "robots", "open")), Directory.CreateDirectory(Path.Combine(_folder, "robots", "locked")));
        File.Copy(Samples.Files[0], Path.Combine(open.FullName, "a.rrd"));
        File.Copy(Samples.Files[1], Path.Combine(locked.FullName, "b.rrd"));
        Directory.CreateDirectory(Data);
        if (!OperatingSystem.IsWindows())
        {
            locked.UnixFileMode = UnixFileMode.None;
            new DirectoryInfo(_folder).UnixFileMode = Everybody;
            new DirectoryInfo(Data).UnixFileMode = Everybody;
        }

        var (code, text) = await RunAsNobodyAsync(StrataProgram.StartInfo(Data, "register", open.FullName, locked.FullName, "--dataset", Dataset, "--json"));

        code.ShouldBe(1, text);
        text.ShouldContain("cannot be read");
        text.ShouldContain("locked");
        text.ShouldContain("\"status\": \"registered\"");
    }

    [Fact]
    public async Task Rule_10_a_reference_that_changed_is_told_by_event_why_and_verify()
    {
        var path = Path.Combine(_folder, "a.rrd");
        File.Copy(Samples.Files[0], path);
        var segment = Samples.Segments[0];
        await StrataProgram.JsonAsync(Data, 0, "register", path, "--dataset", Dataset, "--keep", "reference");
        await File.WriteAllBytesAsync(path, (await File.ReadAllBytesAsync(path, Token))[..^1], Token);

        var verified = await StrataProgram.JsonAsync(Data, 1, "verify", Dataset);

        verified.GetProperty("different").EnumerateArray().Select(d => d.GetProperty("layer").GetString()).ShouldContain("base");
        (await StrataProgram.JsonAsync(Data, 0, "history", Dataset, segment)).EnumerateArray().Last().GetProperty("type").GetString().ShouldBe("recording_changed");
        (await StrataProgram.RunAsync(Data, "why", Dataset, segment, "base")).Out.ReplaceLineEndings(" ").ShouldContain("Its file is not what was registered");
    }

    private static UnixFileMode Everybody => (UnixFileMode)0b111_111_111;

    /// <summary>As this user where it is an ordinary one; root gives itself up first.</summary>
    private static ProcessStartInfo AsNobody(ProcessStartInfo start)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return start;
        }

        var other = new ProcessStartInfo("setpriv", ["--reuid=65534", "--regid=65534", "--clear-groups", start.FileName, .. start.ArgumentList])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var (name, value) in start.Environment)
        {
            other.Environment[name] = value;
        }

        other.Environment["HOME"] = Path.GetTempPath();
        return other;
    }

    private static bool CanBecomeNobody()
    {
        try
        {
            using var process = Process.Start(AsNobody(StrataProgram.StartInfo(Path.GetTempPath(), "--version")))!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static async Task<(int Code, string Text)> RunAsNobodyAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(AsNobody(start))!;
        var texts = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        return (process.ExitCode, string.Concat(texts));
    }

    private sealed class ThrowingDeriver : IDeriver
    {
        public string Name => "tracking_error";

        public int Version => 1;

        public string? RefuseParameters(CanonicalJson parameters) => null;

        public SchemaMatch Match(Schema schema, CanonicalJson parameters) => SchemaMatch.Yes;

        public bool Reads(Field column, CanonicalJson parameters) => false;

        public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken) => throw new DivideByZeroException("a joint fell off");
    }
}
