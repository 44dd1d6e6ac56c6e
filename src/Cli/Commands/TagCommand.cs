using System.CommandLine;
using System.Text.Json;
using Strata.Web;

namespace Strata.Cli;

internal sealed class TagCommand : StrataCommand
{
    private readonly Argument<string> _dataset = new("DATASET") { Description = "Dataset by name" };
    private readonly Argument<string> _segment = new("SEGMENT") { Description = "Segment by id" };
    private readonly Argument<string[]> _tags = new("NAME=VALUE") { Description = "A tag; VALUE is true, false, a number or a text; it shows as the column property:tags:NAME", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string[]> _remove = new("--remove") { Description = "Take this tag away; may be given again", HelpName = "NAME" };

    public TagCommand(CommandParts parts)
        : base(parts, "tag", "Give tags to a segment: properties beside its layers", "tag my_robot episode_7 reviewed=true by=ann")
    {
        Arguments.Add(_dataset);
        Arguments.Add(_segment);
        Arguments.Add(_tags);
        Options.Add(_remove);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var request = new TagSegmentRequest(context.Value(_dataset), context.Value(_segment), Parse(context.Value(_tags)), context.Value(_remove));
        var answer = await context.RunAsync(Roles.Registrar | Roles.Projections, TagSegmentOperation.Route, request, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, answer, ApiJson.Default.TagSegmentResponse, cancellationToken);
        }
        else
        {
            var tags = answer.Tags.Count == 0 ? "no tags" : string.Join(", ", answer.Tags.Select(t => $"{t.Key}={(t.Value.ValueKind == JsonValueKind.String ? t.Value.GetString() : t.Value.GetRawText())}"));
            await context.Terminal.Out.WriteLineAsync(answer.Changed ? $"segment '{answer.Segment}' has {tags}" : $"nothing to change: segment '{answer.Segment}' has {tags}");
        }

        return ExitCodes.Done;
    }

    private static Dictionary<string, JsonElement> Parse(IEnumerable<string>? tags)
    {
        var parsed = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var text in tags ?? [])
        {
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0 || equals == text.Length - 1 || !parsed.TryAdd(text[..equals], Value(text[(equals + 1)..])))
            {
                throw new UsageException($"tag: expected NAME=VALUE, each name once, found '{text}'", "tag DATASET SEGMENT reviewed=true; --remove NAME takes one away");
            }
        }

        return parsed;
    }

    /// <summary>True, false and numbers as JSON writes them, and a text in JSON's quotes; everything else is a text as it stands.</summary>
    private static JsonElement Value(string text)
    {
        try
        {
            var value = JsonElement.Parse(text);
            if (value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number or JsonValueKind.String)
            {
                return value;
            }
        }
        catch (JsonException)
        {
            // A text without quotes.
        }

        return JsonSerializer.SerializeToElement(text, ApiJson.Default.String);
    }
}
