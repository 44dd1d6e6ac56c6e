using System.CommandLine;
using Strata.Rrd.Editing;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Where an <c>rrd</c> command writes: a file that is there only when it is whole, or standard output, which then gets nothing else.</summary>
internal static class RrdOutput
{
    private const int BufferBytes = 64 * 1024;

    public static Option<string?> Option() => new("--output", "-o") { Description = "Where to; standard output when it is not named, or -", HelpName = "FILE" };

    public static bool IsStandardOutput(string? path) => path is null or RrdInputs.StandardInput;

    /// <exception cref="UsageException">It goes to a terminal, or into one of the inputs.</exception>
    public static void Require(CommandContext context, string? path, IReadOnlyList<FoundRecording> inputs)
    {
        if (IsStandardOutput(path))
        {
            if (context.Json)
            {
                throw new UsageException("--json prints to standard output, where the recording would go", "name a file with -o");
            }

            if (context.Terminal.OutIsTerminal)
            {
                throw new UsageException("a recording is not for a terminal", "name a file with -o, or redirect the output: > out.rrd");
            }

            return;
        }

        var target = Resolved(path!);
        if (inputs.FirstOrDefault(input => Resolved(input.FullPath) == target) is { } same)
        {
            throw new UsageException($"-o: '{path}' is also an input ({same.Shown}), which would be lost", "name another file");
        }

        if (Directory.Exists(target))
        {
            throw new UsageException($"-o: expected a file, found the folder '{path}'", "name a file in it");
        }
    }

    public static async Task<T> WriteAsync<T>(string? path, Func<Stream, Task<T>> write, CancellationToken cancellationToken)
    {
        if (IsStandardOutput(path))
        {
            await using var output = new BufferedStream(Console.OpenStandardOutput(), BufferBytes);
            return await write(output);
        }

        try
        {
            return await WrittenFile.CreateAsync(Path.GetFullPath(path!), write, cancellationToken);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or DirectoryNotFoundException)
        {
            throw new OperationException(OperationErrors.Invalid, $"-o: expected a file that can be written, found '{path}' ({e.Message.TrimEnd('.')})", "name a file in a folder that is there");
        }
    }

    private static string Resolved(string path)
    {
        var full = Path.GetFullPath(path);
        return File.Exists(full) ? File.ResolveLinkTarget(full, returnFinalTarget: true)?.FullName ?? full : full;
    }
}
