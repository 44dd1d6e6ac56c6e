using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// What an author declares of an outside deriver, in a file <c>NAME.json</c>: docs/your-own-deriver.md. Members: <c>version</c>, <c>command</c> (program and arguments),
/// <c>assemblies</c> (a folder of .NET assemblies) or <c>queue</c> (at which its worker waits), <c>description</c>, <c>reads</c>, <c>outputs</c>, <c>parameters</c>, <c>limits</c>, <c>environment</c>.
/// </summary>
/// <param name="Command">Program and arguments; empty when <paramref name="Assemblies"/> or <paramref name="Queue"/> is set.</param>
/// <param name="Assemblies">A folder, absolute; null when there is another way.</param>
/// <param name="Queue">Of the broker, by its whole name; null when there is another way.</param>
/// <param name="Reads">Columns without which it derives nothing; empty: it looks at whatever is there.</param>
/// <param name="Outputs">Entity paths, each with all below it, where <c>{layer}</c> stands for the name of the output layer.</param>
/// <param name="Parameters">Null: any are passed on.</param>
/// <param name="Environment">Variables that its process gets beside those of the protocol.</param>
/// <param name="File">Where this was read.</param>
public sealed partial record OutsideDefinition(
    string Name,
    int Version,
    string? Description,
    ImmutableArray<string> Command,
    string? Assemblies,
    string? Queue,
    ImmutableArray<EntityColumn> Reads,
    ImmutableArray<string> Outputs,
    ImmutableArray<OutsideParameter>? Parameters,
    OutsideLimits Limits,
    ImmutableSortedDictionary<string, string> Environment,
    string File)
{
    public const string LayerPlaceholder = "{layer}";

    /// <summary>Stands for the folder of the definition in the command and its arguments.</summary>
    public const string FolderPlaceholder = "{folder}";

    /// <summary>Of a short string in AMQP 0-9-1.</summary>
    private const int MaxQueueBytes = 255;

    private const string BrokersOwn = "amq.";

    private const string DefaultOutput = $"/derived/{LayerPlaceholder}";

    /// <exception cref="ParameterException">A member is missing, unknown or not what it should be; the message names it.</exception>
    /// <exception cref="JsonException">It is no JSON.</exception>
    public static OutsideDefinition Parse(string name, string json, string file)
    {
        if (!NameRule().IsMatch(name))
        {
            throw new ParameterException($"the name '{name}': expected 1 to 64 of a-z, 0-9, _ and -, beginning with a letter");
        }

        using var document = JsonDocument.Parse(json);
        var reader = ParameterReader.Of(document.RootElement.Clone(), "");
        var folder = Path.GetDirectoryName(Path.GetFullPath(file))!;
        var command = reader.Texts("command");
        var assemblies = reader.Text("assemblies");
        var queue = reader.Text("queue");
        var ways = new[] { command is null ? null : "command", assemblies is null ? null : "assemblies", queue is null ? null : "queue" }.OfType<string>().ToList();
        if (ways.Count != 1 || command is { Count: 0 } || assemblies is "")
        {
            throw new ParameterException(
                $"command: expected either command (a list: program and arguments), assemblies (a folder) or queue (a name), found {(ways.Count == 0 ? "none" : ways.Count == 1 ? $"{ways[0]} with nothing in it" : string.Join(" and ", ways))}");
        }

        var definition = new OutsideDefinition(
            name,
            reader.Number("version") is { } version && version >= 1 && version <= int.MaxValue && version == Math.Floor(version) ? (int)version : throw new ParameterException("version: expected a whole number, 1 or more"),
            reader.Text("description"),
            [.. (command ?? []).Select(part => part.Replace(FolderPlaceholder, folder, StringComparison.Ordinal))],
            assemblies is null ? null : Path.GetFullPath(assemblies.Replace(FolderPlaceholder, folder, StringComparison.Ordinal), folder),
            queue is null ? null : RequireQueue(queue),
            [.. reader.List("reads")?.Select(e => EntityColumn.Read(reader, "reads", e)) ?? []],
            [.. reader.Texts("outputs") ?? [DefaultOutput]],
            reader.Member("parameters") is { } parameters ? OutsideParameter.ReadAll(parameters) : null,
            OutsideLimits.Read(reader),
            ReadEnvironment(reader, queue is not null),
            file);
        reader.RefuseUnknown();
        definition.OutputsOf("x");
        return definition;
    }

    /// <summary>Where the answer may write: the declared entities, and the property that bears the layer's name. Each means all below it too.</summary>
    /// <exception cref="ParameterException">One is no entity path, or would be everything.</exception>
    public ImmutableArray<EntityPath> OutputsOf(string layer)
    {
        var entities = Outputs.Select(text =>
        {
            // A slash in the layer's name is part of the name, as in the entity of its provenance.
            var entity = EntityPath.FromParts([.. EntityPath.Parse(text).Parts.Select(part => part.Replace(LayerPlaceholder, layer, StringComparison.Ordinal))]);
            return entity.IsRoot || entity == EntityPath.Properties
                ? throw new ParameterException($"outputs: expected entity paths below which all is yours, found '{text}'")
                : entity;
        });
        return [.. entities.Append(EntityPath.Properties.Append(layer)).Distinct()];
    }

    /// <summary>A short string of AMQP that the broker does not keep for itself.</summary>
    private static string RequireQueue(string queue) => Encoding.UTF8.GetByteCount(queue) is < 1 or > MaxQueueBytes || queue.StartsWith(BrokersOwn, StringComparison.Ordinal)
        ? throw new ParameterException($"queue: expected 1 to {MaxQueueBytes} bytes of UTF-8 that do not begin with {BrokersOwn}, found '{(queue.Length > MaxQueueBytes ? $"{queue[..MaxQueueBytes]}…" : queue)}'")
        : queue;

    private static ImmutableSortedDictionary<string, string> ReadEnvironment(ParameterReader reader, bool isElsewhere)
    {
        if (reader.Member("environment") is not { } element)
        {
            return ImmutableSortedDictionary<string, string>.Empty;
        }

        if (isElsewhere)
        {
            throw new ParameterException("environment: expected none beside queue, found some; the worker runs by itself, and has the environment in which it was started");
        }

        return element.ValueKind == JsonValueKind.Object && element.EnumerateObject().All(m => m.Value.ValueKind == JsonValueKind.String)
            ? element.EnumerateObject().ToImmutableSortedDictionary(m => m.Name, m => m.Value.GetString()!, StringComparer.Ordinal)
            : throw reader.Wrong("environment", "an object of texts", element);
    }

    [GeneratedRegex("^[a-z][a-z0-9_-]{0,63}$")]
    private static partial Regex NameRule();
}
