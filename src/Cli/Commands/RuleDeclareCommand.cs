using System.CommandLine;
using System.Text.Json;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

internal sealed class RuleDeclareCommand : StrataCommand
{
    private const string AsItStands = "[default: as the rule stands]";

    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _rule = new("RULE") { Description = "Rule by name; one that stands gets a new revision" };
    private readonly Option<string?> _deriver = new("--deriver") { Description = $"Code that computes the layer: tracking_error, quality {AsItStands}", HelpName = "NAME" };
    private readonly Option<string[]> _inputs = new("--input") { Description = $"Layer that it reads; may be given again {AsItStands}", HelpName = "LAYER" };
    private readonly Option<string?> _output = new("--output") { Description = $"Layer that it writes {AsItStands}", HelpName = "LAYER" };
    private readonly Option<string?> _parameters = new("--parameters") { Description = $"All parameters of the deriver {AsItStands}", HelpName = "JSON|@FILE" };
    private readonly Option<string[]> _set = new("--set") { Description = "One parameter, laid over the others; VALUE is JSON or a text, null takes it away; may be given again", HelpName = "NAME=VALUE" };

    public RuleDeclareCommand(CommandParts parts)
        : base(
            parts,
            "declare",
            "Declare a rule, or a new revision of one; it applies to what is registered from then on",
            """rule declare my_robot tracking_error --deriver tracking_error --input base --output tracking_error --parameters '{"joints":"0..6"}'""")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_rule);
        Options.Add(_deriver);
        Options.Add(_inputs);
        Options.Add(_output);
        Options.Add(_parameters);
        Options.Add(_set);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new DeclareRuleRequest(
            context.Value(_dataset),
            context.Value(_rule),
            context.Value(_deriver),
            context.Value(_inputs) is { Length: > 0 } inputs ? inputs : null,
            context.Value(_output),
            context.Value(_parameters) is { } told ? await ReadParametersAsync(told, cancellationToken) : null,
            Members(context.Value(_set) ?? []));
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
            ? $"rule '{declared.Rule}' is declared as revision {declared.Revision} with {declared.Parameters}; it applies to what is registered from now on"
            : $"rule '{declared.Rule}' is unchanged: it stands as revision {declared.Revision} with {declared.Parameters}");
        if (declared.SegmentsBefore > 0)
        {
            await terminal.Out.WriteLineAsync(
                $"it does not apply to {Cells.Count(declared.SegmentsBefore, "segment")} registered before; to apply it: strata {dataOption}backfill {ShellWord.Of(dataset)} {ShellWord.Of(declared.Rule)}");
        }
    }

    private static async Task<JsonElement> ReadParametersAsync(string told, CancellationToken cancellationToken)
    {
        try
        {
            return JsonElement.Parse(told is ['@', .. var file] ? await File.ReadAllTextAsync(file, cancellationToken) : told);
        }
        catch (JsonException e)
        {
            throw new UsageException($"--parameters: expected a JSON object, found '{told}': {e.Message}", """--parameters '{"joints":"0..6"}'""");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"--parameters: {e.Message}", null);
        }
    }

    private static Dictionary<string, JsonElement> Members(IEnumerable<string> set)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var text in set)
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || !members.TryAdd(text[..equals], Value(text[(equals + 1)..])))
            {
                throw new UsageException($"--set: expected NAME=VALUE, each name once, found '{text}'", "--set joints=0..6");
            }
        }

        return members;
    }

    /// <summary>A text needs no quotes: no entity path, range or name of a joint is JSON by itself.</summary>
    private static JsonElement Value(string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text, ApiJson.Default.String);
        }
    }
}
