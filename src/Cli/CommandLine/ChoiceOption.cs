using System.CommandLine;
using System.CommandLine.Parsing;

namespace Strata.Cli;

/// <summary>An option that takes one of a few words; the first one is the default.</summary>
internal static class ChoiceOption
{
    public static Option<string> Of(string name, string description, params string[] choices)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => choices[0], HelpName = string.Join('|', choices) };
        return Restricted(option, choices);
    }

    /// <summary>Without a default.</summary>
    public static Option<string?> OptionalOf(string name, string description, params string[] choices)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', choices) };
        return Restricted(option, choices);
    }

    /// <summary>As an argument.</summary>
    public static Argument<string> Argument(string name, params string[] choices)
    {
        var argument = new Argument<string>(name) { Description = string.Join(" or ", choices) };
        argument.CompletionSources.Add(choices);
        argument.Validators.Add(result => Refuse(result, name, choices));
        return argument;
    }

    private static Option<T> Restricted<T>(Option<T> option, string[] choices)
    {
        option.CompletionSources.Add(choices);
        option.Validators.Add(result => Refuse(result, option.Name, choices));
        return option;
    }

    private static void Refuse(SymbolResult result, string name, string[] choices)
    {
        foreach (var word in result.Tokens.Select(t => t.Value).Where(word => !choices.Contains(word, StringComparer.Ordinal)))
        {
            result.AddError($"{name}: expected {string.Join("|", choices)}, found '{word}'");
        }
    }
}
