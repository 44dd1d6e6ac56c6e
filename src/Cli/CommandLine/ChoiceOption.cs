using System.CommandLine;

namespace Strata.Cli;

/// <summary>An option that takes one of a few words; the first one is the default.</summary>
internal static class ChoiceOption
{
    public static Option<string> Of(string name, string description, params string[] choices)
    {
        var option = new Option<string>(name) { Description = description, DefaultValueFactory = _ => choices[0], HelpName = string.Join('|', choices) };
        option.AcceptOnlyFromAmong(choices);
        return option;
    }

    /// <summary>Without a default.</summary>
    public static Option<string?> OptionalOf(string name, string description, params string[] choices)
    {
        var option = new Option<string?>(name) { Description = description, HelpName = string.Join('|', choices) };
        option.AcceptOnlyFromAmong(choices);
        return option;
    }
}
