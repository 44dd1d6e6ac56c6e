using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Strata.Cli;

/// <param name="Mark">Where it stands.</param>
internal readonly record struct YamlKey(string Text, Mark Mark);

/// <summary>The members of a mapping, each with a text as key.</summary>
internal static class YamlMembers
{
    private const int ShownCharacters = 40;

    /// <exception cref="UsageException">It is no mapping, or a key is no text.</exception>
    public static IEnumerable<(YamlKey Key, YamlNode Value)> Of(RulesFile file, YamlNode node, string expected)
    {
        // "rules:" with nothing behind it is a mapping without members.
        if (node is YamlScalarNode { Value: null or "" })
        {
            yield break;
        }

        if (node is not YamlMappingNode mapping)
        {
            throw file.Wrong(node.Start, $"expected {expected}, found {Describe(node)}");
        }

        foreach (var (key, value) in mapping.Children)
        {
            yield return key is YamlScalarNode { Value: { } text }
                ? (new YamlKey(text, key.Start), value)
                : throw file.Wrong(key.Start, $"expected a name as key, found {Describe(key)}");
        }
    }

    public static string Describe(YamlNode node) => node switch
    {
        YamlScalarNode { Value: null or "" } => "nothing",
        YamlScalarNode scalar => $"'{(scalar.Value!.Length <= ShownCharacters ? scalar.Value : string.Concat(scalar.Value.AsSpan(0, ShownCharacters), "…"))}'",
        YamlSequenceNode => "a list",
        _ => "an object",
    };
}
