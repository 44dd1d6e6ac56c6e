using System.Diagnostics;
using System.Text.RegularExpressions;

namespace Strata.EndToEnd.Tests.Fleet;

/// <summary>What the image is built from is all that its build reads, though no engine runs here.</summary>
public sealed partial class BuildContextTests : IDisposable
{
    /// <summary>Each project of the program is evaluated, as its build begins; nothing is restored or compiled.</summary>
    private const string Evaluate =
        """
        <Project>
          <ItemGroup><Room Include="$(Context)/src/*/*.csproj" /></ItemGroup>
          <Target Name="Evaluate">
            <MSBuild Projects="@(Room)" Targets="GetTargetPath" />
            <Message Importance="high" Text="evaluated @(Room->Count())" />
          </Target>
        </Project>
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-build-context-").FullName;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Context => Path.Combine(_folder, "context");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Every_project_of_the_program_can_be_evaluated_in_it()
    {
        BuildContext.CopyTo(Context);
        var rooms = Directory.GetDirectories(Path.Combine(Samples.Repository, "src")).Length;
        var project = Path.Combine(_folder, "evaluate.proj");
        await File.WriteAllTextAsync(project, Evaluate, Token);
        var start = new ProcessStartInfo("dotnet", ["msbuild", project, "-nologo", "-nodeReuse:false", $"-p:Context={Context}"]) { WorkingDirectory = Context, RedirectStandardOutput = true };
        start.Environment["DOTNET_CLI_TELEMETRY_OPTOUT"] = "1";

        using var evaluation = Process.Start(start)!;
        var said = await evaluation.StandardOutput.ReadToEndAsync(Token);
        await evaluation.WaitForExitAsync(Token);

        evaluation.ExitCode.ShouldBe(0, $"{said}\nlet it in with a line of .dockerignore");
        said.ShouldContain($"evaluated {rooms}");
    }

    [Fact]
    public void Every_file_that_the_Dockerfile_copies_and_that_a_project_names_is_in_it()
    {
        BuildContext.CopyTo(Context);

        BuildContext.Copied.ShouldNotBeEmpty();
        BuildContext.Copied.Where(path => !Path.Exists(Path.Combine(Context, path))).ShouldBeEmpty();
        Directory.GetFiles(Path.Combine(Context, "src"), "*.csproj", SearchOption.AllDirectories)
            .SelectMany(project => OutOfTheRoom().Matches(File.ReadAllText(project)).Select(m => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(project)!, m.Value))))
            .Where(path => !File.Exists(path)).Distinct().ShouldBeEmpty();
    }

    [Fact]
    public void What_was_built_here_and_what_is_no_source_stays_out_of_it()
    {
        BuildContext.CopyTo(Context);

        Directory.GetDirectories(Context).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(["eng", "src"]);
        Directory.GetDirectories(Path.Combine(Context, "src"), "*", SearchOption.AllDirectories).Select(Path.GetFileName).ShouldAllBe(name => name != "bin" && name != "obj");
        File.Exists(Path.Combine(Context, ".env")).ShouldBeFalse();
    }

    [GeneratedRegex("""(?<=")\.\./\.\./[^"*$]+(?=")""")]
    private static partial Regex OutOfTheRoom();
}
