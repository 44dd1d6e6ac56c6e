using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class DeriverNewCommand : StrataCommand
{
    private readonly Argument<string> _name = new("NAME") { Description = "Name of the deriver: a letter, then a-z, 0-9 and _" };
    private readonly Option<string?> _output = new("--output") { Description = "Folder to make [default: NAME]", HelpName = "DIR" };
    private readonly Option<string?> _strata = new("--strata") { Description = "Where Strata.Deriving comes from: a checkout of Strata, or a folder of packages that eng/pack.sh made [default: the feeds of NuGet]", HelpName = "DIR" };

    public DeriverNewCommand(CommandParts parts)
        : base(parts, "new", "Make a project for a deriver in C#: a class, a test, a definition", "deriver new joint_speed --strata .")
    {
        Arguments.Add(_name);
        Options.Add(_output);
        Options.Add(_strata);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var name = context.Value(_name);
        var folder = Path.GetFullPath(context.Value(_output) ?? name);
        var files = DeriverScaffold.Files(name, context.Value(_strata) is { } strata ? Path.GetFullPath(strata) : null);
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
        {
            throw new OperationException(OperationErrors.Invalid, $"{folder}: expected a folder that is not there yet, or an empty one", "name another one with --output DIR");
        }

        foreach (var (file, text) in files)
        {
            var path = Path.Combine(folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            await File.WriteAllTextAsync(path, text, cancellationToken);
        }

        var type = DeriverScaffold.ClassOf(name);
        var made = new NewDeriver(
            name,
            folder,
            [.. files.Select(f => f.File)],
            [
                $"dotnet run --project {ShellWord.Of(Path.Combine(folder, $"{type}.Tests"))}",
                $"dotnet build {ShellWord.Of(Path.Combine(folder, type))} --configuration Release",
                $"Strata__Derivers__Folder={ShellWord.Of(folder)} strata deriver check {name} RECORDING",
            ]);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, made, CliJson.Default.NewDeriver, cancellationToken);
            return ExitCodes.Done;
        }

        await context.Terminal.Out.WriteLineAsync($"made {folder}: {string.Join(", ", made.Files)}");
        foreach (var next in made.Next)
        {
            await context.Terminal.Out.WriteLineAsync($"  {next}");
        }

        return ExitCodes.Done;
    }
}

/// <summary>What <c>--json</c> prints of a new deriver.</summary>
/// <param name="Next">Commands that test, build and try it.</param>
internal sealed record NewDeriver(string Deriver, string Folder, IReadOnlyList<string> Files, IReadOnlyList<string> Next);
