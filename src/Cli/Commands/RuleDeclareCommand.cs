using System.CommandLine;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class RuleDeclareCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _rule = new("RULE") { Description = "Rule by name; one that stands gets a new revision" };
    private readonly RuleOptions _told = new();

    public RuleDeclareCommand(CommandParts parts)
        : base(
            parts,
            "add",
            "Declare a rule, or a new revision of one; it applies to what is registered from then on",
            """rule add my_robot tracking_error --deriver tracking_error --input base --output tracking_error --parameters '{"joints":"0..6"}'""")
    {
        Aliases.Add("declare");
        Arguments.Add(_dataset);
        Arguments.Add(_rule);
        _told.AddTo(this);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = await _told.ReadAsync(context, context.Value(_dataset), context.Value(_rule), cancellationToken);
        var declared = await context.RunAsync(Roles.Registrar | Roles.Projections, DeclareRuleOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, declared, ApiJson.Default.DeclareRuleResponse, cancellationToken);
        }
        else
        {
            await WriteAsync(context.Terminal, request.Dataset, declared, context.DataOption);
        }

        return ExitCodes.Done;
    }

    private static async Task WriteAsync(Terminal terminal, string dataset, DeclareRuleResponse declared, string dataOption)
    {
        await terminal.Out.WriteLineAsync(declared.Changed
            ? $"rule '{declared.Rule}' is declared as revision {declared.Revision} with {ReadableJson.Of(declared.Parameters)}; it applies to what is registered from now on"
            : $"rule '{declared.Rule}' is unchanged: it stands as revision {declared.Revision} with {ReadableJson.Of(declared.Parameters)}");
        foreach (var warning in declared.Warnings)
        {
            await terminal.Out.WriteLineAsync($"warning: {warning}");
        }

        if (declared.SegmentsBefore > 0)
        {
            await terminal.Out.WriteLineAsync(
                $"it does not apply to {Cells.Count(declared.SegmentsBefore, "segment")} registered before; to apply it: strata {dataOption}backfill {ShellWord.Of(dataset)} {ShellWord.Of(declared.Rule)}");
        }
    }
}
