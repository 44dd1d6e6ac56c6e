using System.Text.RegularExpressions;
using Strata.Web;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Strata.Cli;

/// <summary>Rules of datasets, as a file tells them: docs/rules-file.md. Each mistake is said with line and column.</summary>
internal sealed partial class RulesFile
{
    private const string DatasetsKey = "datasets";
    private const string RulesKey = "rules";
    private const string BaseLayer = "base";

    /// <summary>A rule is a few lines; a file of this size is another one.</summary>
    private const long MaxFileBytes = 4 * 1024 * 1024;

    private readonly Dictionary<(string Dataset, string Rule), RulePlaces> _places = [];
    private readonly string _path;

    private RulesFile(string path) => _path = path;

    public IReadOnlyList<DatasetRules> Datasets { get; private set; } = [];

    /// <exception cref="UsageException">The file cannot be read, or is not what it should be.</exception>
    public static async Task<RulesFile> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if (new FileInfo(path) is { Exists: true, Length: > MaxFileBytes } large)
            {
                throw new UsageException($"{path}: expected a file of rules of at most {MaxFileBytes} bytes, found {large.Length}", null);
            }

            return Parse(path, await File.ReadAllTextAsync(path, cancellationToken));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"apply: {e.Message}", null);
        }
    }

    internal static RulesFile Parse(string path, string text)
    {
        var file = new RulesFile(path);
        try
        {
            var stream = new YamlStream();
            stream.Load(new StringReader(text));
            if (stream.Documents is not [var document])
            {
                throw file.Wrong(new Mark(0, 1, 1), $"expected one YAML document, found {stream.Documents.Count}");
            }

            file.Datasets = file.ReadDatasets(document.RootNode);
            return file;
        }
        catch (YamlException e)
        {
            throw file.Wrong(e.Start, e.InnerException?.Message ?? e.Message);
        }
    }

    /// <returns><c>FILE:LINE:COLUMN</c> of what a refusal is about, or null when it is about nothing of the file.</returns>
    public string? PlaceOf(string refusal)
    {
        if (AboutRule().Match(refusal) is not { Success: true } match || !_places.TryGetValue((match.Groups["dataset"].Value, match.Groups["rule"].Value), out var places))
        {
            return null;
        }

        var member = match.Groups["member"].Value;
        return Place(places.Parameters.TryGetValue(member, out var mark) ? mark : refusal.Contains(": there is no deriver", StringComparison.Ordinal) ? places.Deriver : places.Rule);
    }

    private List<DatasetRules> ReadDatasets(YamlNode root)
    {
        var datasets = new List<DatasetRules>();
        foreach (var (name, node) in YamlMembers.Of(this, Only(root, "the file", DatasetsKey), "datasets by name"))
        {
            var rules = new List<WantedRule>();
            foreach (var (rule, members) in YamlMembers.Of(this, Only(node, $"dataset '{name.Text}'", RulesKey), "rules by name"))
            {
                rules.Add(ReadRule(name.Text, rule, members));
            }

            datasets.Add(new(name.Text, rules));
        }

        return datasets;
    }

    private YamlNode Only(YamlNode node, string where, string key)
    {
        YamlNode? found = null;
        foreach (var (name, value) in YamlMembers.Of(this, node, $"an object with '{key}'"))
        {
            found = name.Text == key ? value : throw UnknownKey(name, where, [key]);
        }

        return found ?? throw Wrong(node.Start, $"{where}: expected '{key}', found nothing of that name");
    }

    private WantedRule ReadRule(string dataset, YamlKey rule, YamlNode node)
    {
        string[] known = ["deriver", "inputs", "layer", "parameters"];
        var where = $"rule '{rule.Text}'";
        var places = new RulePlaces(rule.Mark, rule.Mark, new Dictionary<string, Mark>(StringComparer.Ordinal));
        string? deriver = null;
        IReadOnlyList<string> inputs = [BaseLayer];
        var layer = rule.Text;
        var parameters = YamlJson.Empty;
        foreach (var (key, value) in YamlMembers.Of(this, node, "a rule: deriver, inputs, layer, parameters"))
        {
            switch (key.Text)
            {
                case "deriver":
                    deriver = Text(value, $"{where}: deriver", "the name of a deriver");
                    places = places with { Deriver = value.Start };
                    break;
                case "inputs":
                    inputs = value is YamlSequenceNode list
                        ? [.. list.Children.Select(i => Text(i, $"{where}: inputs", "the name of a layer"))]
                        : [Text(value, $"{where}: inputs", "the name of a layer, or a list of these")];
                    break;
                case "layer":
                    layer = Text(value, $"{where}: layer", "the name of a layer");
                    break;
                case "parameters":
                    foreach (var (member, _) in YamlMembers.Of(this, value, $"{where}: parameters by name"))
                    {
                        places.Parameters[member.Text] = member.Mark;
                    }

                    parameters = YamlJson.Of(this, value);
                    break;
                default:
                    throw UnknownKey(key, where, known);
            }
        }

        _places[(dataset, rule.Text)] = places;
        return new(rule.Text, deriver ?? throw Wrong(rule.Mark, $"{where}: expected 'deriver', found nothing of that name"), inputs, layer, parameters);
    }

    private string Text(YamlNode node, string where, string expected) => node is YamlScalarNode { Value: { Length: > 0 } text }
        ? text
        : throw Wrong(node.Start, $"{where}: expected {expected}, found {YamlMembers.Describe(node)}");

    private UsageException UnknownKey(YamlKey key, string where, IReadOnlyList<string> known) => Wrong(
        key.Mark,
        $"{where}: there is no key '{key.Text}'{(Spelling.Nearest(key.Text, known) is { } meant ? $"; did you mean '{meant}'?" : "")} expected {string.Join(", ", known)}");

    internal UsageException Wrong(Mark mark, string what) => new($"{Place(mark)}: {what}", "strata apply --help");

    private string Place(Mark mark) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{_path}:{mark.Line}:{mark.Column}");

    /// <param name="Parameters">Of each parameter's name.</param>
    private sealed record RulePlaces(Mark Rule, Mark Deriver, Dictionary<string, Mark> Parameters);

    [GeneratedRegex("^dataset '(?<dataset>[^']*)', rule '(?<rule>[^']*)': ((?<member>[A-Za-z]+):)?")]
    private static partial Regex AboutRule();
}
