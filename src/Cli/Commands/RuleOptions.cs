using System.CommandLine;
using System.Text.Json;
using Strata.Web;

namespace Strata.Cli;

/// <summary>How a rule is told on the command line, to declare it or to try it.</summary>
internal sealed class RuleOptions
{
    private const string AsItStands = "[default: as the rule stands]";

    private readonly Option<string?> _deriver = new("--deriver") { Description = $"Code that computes the layer: tracking_error, quality, lag … {AsItStands}", HelpName = "NAME" };
    private readonly Option<string[]> _inputs = new("--input") { Description = $"Layer that it reads; may be given again {AsItStands}", HelpName = "LAYER" };
    private readonly Option<string?> _output = new("--output") { Description = $"Layer that it writes {AsItStands}", HelpName = "LAYER" };
    private readonly Option<string?> _parameters = new("--parameters") { Description = $"All parameters of the deriver {AsItStands}", HelpName = "JSON|@FILE" };
    private readonly Option<string[]> _set = new("--set") { Description = "One parameter, laid over the others; VALUE is JSON or a text, null takes it away; may be given again", HelpName = "NAME=VALUE" };
    private readonly Option<string?> _preset = new("--preset") { Description = "Take what is not told from a preset, as it fits the recordings: howto, vector, one_entity, lerobot, bimanual, scalars", HelpName = "NAME" };

    public void AddTo(Command command)
    {
        command.Options.Add(_deriver);
        command.Options.Add(_inputs);
        command.Options.Add(_output);
        command.Options.Add(_parameters);
        command.Options.Add(_set);
        command.Options.Add(_preset);
    }

    public async Task<DeclareRuleRequest> ReadAsync(CommandContext context, string dataset, string rule, CancellationToken cancellationToken) => new(
        dataset,
        rule,
        context.Value(_deriver),
        context.Value(_inputs) is { Length: > 0 } inputs ? inputs : null,
        context.Value(_output),
        context.Value(_parameters) is { } told ? await ReadParametersAsync(told, cancellationToken) : null,
        Members(context.Value(_set) ?? []),
        context.Value(_preset));

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
            if (equals <= 0 || !members.TryAdd(text[..equals], Value(text, text[(equals + 1)..])))
            {
                throw new UsageException($"--set: expected NAME=VALUE, each name once, found '{text}'", "--set joints=0..6");
            }
        }

        return members;
    }

    /// <summary>A text needs no quotes: no entity path, range or name of a joint is JSON by itself.</summary>
    private static JsonElement Value(string told, string text)
    {
        try
        {
            return JsonElement.Parse(text);
        }
        catch (JsonException e) when (text is ['[' or '{', ..])
        {
            throw new UsageException($"--set: expected a list or an object as JSON, found '{told}': {e.Message}", """--set 'weights=[1,0.5]'""");
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(text, ApiJson.Default.String);
        }
    }
}
