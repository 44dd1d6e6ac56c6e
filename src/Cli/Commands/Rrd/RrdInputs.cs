using System.CommandLine;
using Strata.Rrd;
using Strata.Rrd.Editing;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What an <c>rrd</c> command reads: files, folders and globs, or standard input where none is named, or <c>-</c>.</summary>
/// <param name="TotalBytes">Of all files; 0 when it is not known.</param>
/// <param name="Refused">What is none, and why.</param>
internal sealed record RrdInputs(IReadOnlyList<FoundRecording> Files, IReadOnlyList<RecordingInput> Inputs, long TotalBytes, IReadOnlyList<RefusedPath> Refused)
{
    public const string StandardInput = "-";

    public static Argument<string[]> Argument(string description = "Recordings, folders or globs; standard input when none is named, or -") =>
        new("FILE") { Description = description, Arity = ArgumentArity.ZeroOrMore };

    public static RrdInputs Of(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0 || paths is [StandardInput])
        {
            return new([], [RecordingInput.Of("standard input", StandardInputStream())], 0, []);
        }
        if (paths.Contains(StandardInput))
        {
            throw new UsageException("expected files or -, found both", "name files, or pipe one in");
        }

        var expansion = Expand(paths);
        var unreadable = expansion.Found.Select(file => (File: file, Fault: FaultOf(file))).Where(file => file.Fault is not null).ToList();
        expansion = new([.. expansion.Found.Except(unreadable.Select(file => file.File))], [.. expansion.Refused, .. unreadable.Select(file => new RefusedPath(file.File.Shown, file.Fault!))]);
        return new(expansion.Found, [.. expansion.Found.Select(file => RecordingInput.OfFile(file.Shown, file.FullPath))], expansion.Found.Sum(file => new FileInfo(file.FullPath).Length), expansion.Refused);
    }

    /// <summary>Files, globs and the recordings of folders; a blueprint is taken where it is named itself.</summary>
    public static PathExpansion Expand(IReadOnlyList<string> paths)
    {
        var found = new List<FoundRecording>();
        var refused = new List<RefusedPath>();
        foreach (var path in paths)
        {
            if (RecordingPaths.HasExtension(path, ".rbl") && File.Exists(path))
            {
                var full = Path.GetFullPath(path);
                found.Add(new FoundRecording(path, full, new Uri(full).AbsoluteUri));
                continue;
            }

            var expansion = RecordingPaths.Expand([path], Environment.CurrentDirectory);
            found.AddRange(expansion.Found.Where(file => File.Exists(file.FullPath)));
            refused.AddRange([.. expansion.Refused, .. expansion.Found.Where(file => !File.Exists(file.FullPath)).Select(file => new RefusedPath(file.Shown, "only local files are read here; download it first"))]);
        }

        return new([.. found.DistinctBy(file => file.FullPath)], refused);
    }

    /// <exception cref="OperationException">Something was named that is not there, and nobody said to go on.</exception>
    public async Task RequireAsync(CommandContext context, bool continueOnError)
    {
        foreach (var refused in Refused)
        {
            if (!continueOnError)
            {
                throw new OperationException(OperationErrors.NotFound, $"{refused.Shown}: {refused.Reason}", "--continue-on-error reads the others");
            }

            await context.Terminal.Error.WriteLineAsync($"{refused.Shown}: {refused.Reason}");
        }

        if (Inputs.Count == 0)
        {
            throw new OperationException(OperationErrors.NotFound, "nothing that was named can be read", "check the spelling, or look with ls at what is there");
        }
    }

    // Before anything is written: what is wrong with an input must not look like a fault of the output.
    private static string? FaultOf(FoundRecording file)
    {
        try
        {
            using var bytes = FileBytes.Open(file.FullPath);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static Stream StandardInputStream() => Console.IsInputRedirected
        ? Console.OpenStandardInput()
        : throw new UsageException("no FILE is named and nothing is piped in", null);
}
