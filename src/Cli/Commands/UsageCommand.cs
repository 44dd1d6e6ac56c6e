using System.CommandLine;
using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

internal sealed class UsageCommand : StrataCommand
{
    private readonly Option<string> _by = ChoiceOption.Of("--by", "One line for each", "dataset", "layer", "robot");

    public UsageCommand(CommandParts parts)
        : base(parts, "du", "Where the bytes are: of layers that stand, of superseded ones, of what gc would remove", "du --by layer") => Options.Add(_by);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var usage = await context.RunAsync(Roles.Registrar, UsageOperation.Route, new UsageRequest(context.Value(_by)!), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, usage, ApiJson.Default.UsageResponse, cancellationToken);
            return ExitCodes.Done;
        }

        TableOutput.Write(
            context.Terminal,
            [usage.By, "files", "size", "standing", "superseded, held", "quarantined", "gc would remove"],
            usage.Groups.Append(usage.Total).Select(Row));
        var lines = new[]
        {
            usage.SharedBytes > 0 ? $"{Cells.Bytes(usage.SharedBytes)} are counted in several lines and once in the total" : null,
            usage.OrphanBytes > 0 ? $"{Cells.Bytes(usage.OrphanBytes)} of the total are files that no event names; gc removes them when they are a day old" : null,
            usage.References > 0 ? $"not in the total: {Cells.Count(usage.References, "file")} elsewhere that the catalog refers to ({Cells.Bytes(usage.ReferencedBytes)})" : null,
            usage.MissingFiles > 0 ? $"missing: {Cells.Count(usage.MissingFiles, "file")} of standing layers; 'strata verify DATASET' names them" : null,
            $"log: {(usage.LogBytes is { } log ? Cells.Bytes(log) : "in PostgreSQL")}; tables made from it: {Cells.Bytes(usage.ReadModelBytes)}",
        };
        foreach (var line in lines.OfType<string>())
        {
            await context.Terminal.Out.WriteLineAsync(line);
        }

        return ExitCodes.Done;
    }

    private static string[] Row(UsageLine line) =>
    [
        line.Name,
        line.Files.ToString("N0", CultureInfo.InvariantCulture),
        Cells.Bytes(line.SizeBytes),
        Cells.Bytes(line.StandingBytes),
        Cells.Bytes(line.HeldBytes),
        Cells.Bytes(line.QuarantinedBytes),
        Cells.Bytes(line.CollectableBytes),
    ];
}
