using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

internal sealed class CollectCommand : StrataCommand
{
    /// <summary>More are told by their number; <c>--json</c> has them all.</summary>
    private const int ShownFiles = 20;

    private readonly Option<bool> _dryRun = new("--dry-run") { Description = "Change nothing, and tell what would go" };

    public CollectCommand(CommandParts parts)
        : base(parts, "gc", "Remove copies that no layer, no pin and no retention holds", "gc --dry-run") => Options.Add(_dryRun);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var collected = await context.RunAsync(Roles.Registrar, CollectOperation.Route, new CollectRequest(context.Value(_dryRun)), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, collected, ApiJson.Default.CollectResponse, cancellationToken);
            return ExitCodes.Done;
        }

        if (collected.Files.Count > 0)
        {
            TableOutput.Write(context.Terminal, ["file", "size", "reason"], collected.Files.Take(ShownFiles).Select(f => new[] { f.File, Cells.Bytes(f.SizeBytes), f.Reason }));
        }

        if (collected.Files.Count > ShownFiles)
        {
            await context.Terminal.Error.WriteLineAsync($"{Cells.Count(collected.Files.Count - ShownFiles, "more file")} with --json");
        }

        await context.Terminal.Out.WriteLineAsync(
            $"{(collected.DryRun ? "would remove" : "removed")} {Cells.Count(collected.Files.Count, "file")} ({Cells.Bytes(collected.SizeBytes)})");
        return ExitCodes.Done;
    }
}
