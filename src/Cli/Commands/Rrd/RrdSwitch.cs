using System.CommandLine;

namespace Strata.Cli;

/// <summary>An option that is on or off, in the manner of Rerun's program: alone it is on, and <c>true</c> or <c>false</c> may follow it.</summary>
internal static class RrdSwitch
{
    public static Option<bool> Of(string name, string description, bool isOn = false) =>
        new(name) { Description = description, HelpName = "true|false", Arity = ArgumentArity.ZeroOrOne, DefaultValueFactory = _ => isOn };
}
