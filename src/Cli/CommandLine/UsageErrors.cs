using System.CommandLine;
using System.CommandLine.Parsing;

namespace Strata.Cli;

/// <summary>What is wrong with a command line, in one sentence, and which help to read.</summary>
internal static class UsageErrors
{
    private const string Program = "strata";

    /// <summary>Of a line that could not be parsed: the first cause, since what follows from it only confuses.</summary>
    public static string Of(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (OfValues(parsed) is { } mistaken)
        {
            return mistaken;
        }

        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            return Unknown(parsed, command, unknown);
        }

        if (command.Subcommands.Count > 0)
        {
            return $"{Prefix(parsed)}a command is missing: {string.Join(", ", command.Subcommands.Where(c => !c.Hidden).Select(c => c.Name))}";
        }

        var missing = Missing(parsed, command).ToList();
        return missing.Count > 0
            ? $"{Prefix(parsed)}missing {string.Join(" and ", missing)}"
            : string.Join("; ", parsed.Errors.Select(Sentence).Distinct(StringComparer.Ordinal));
    }

    /// <summary>What the parser takes for a value though it was meant for an option: <c>--dataset --wait</c>, or an option that there is not among paths.</summary>
    /// <returns>Null when there is nothing of the kind.</returns>
    public static string? OfValues(ParseResult parsed)
    {
        var options = OptionsOf(parsed).ToList();
        foreach (var result in options.Select(parsed.GetResult).OfType<OptionResult>())
        {
            if (result.Tokens.FirstOrDefault(t => options.Exists(o => o.Name == t.Value || o.Aliases.Contains(t.Value))) is { } taken)
            {
                return $"{result.Option.Name}: expected {result.Option.HelpName ?? "a value"}, found the option '{taken.Value}'";
            }
        }

        // After a lone -- everything is a value.
        return parsed.Tokens.Any(t => t.Type == TokenType.DoubleDash)
            ? null
            : parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).FirstOrDefault(t => t.Value is ['-', _, ..]) is { } dashed
                ? Unknown(parsed, parsed.CommandResult.Command, dashed.Value)
                : null;
    }

    public static string Help(ParseResult parsed) => $"{Program} {Path(parsed)}--help";

    /// <summary>The words of the command, each with a space behind it: <c>rule resume </c>.</summary>
    private static string Path(ParseResult parsed)
    {
        var path = "";
        for (var result = parsed.CommandResult; result.Parent is CommandResult parent; result = parent)
        {
            path = $"{result.Command.Name} {path}";
        }

        return path;
    }

    private static string Prefix(ParseResult parsed) => Path(parsed) is { Length: > 0 } path ? $"{path.TrimEnd()}: " : "";

    private static string Unknown(ParseResult parsed, Command command, string word)
    {
        if (!word.StartsWith('-') && command.Subcommands.Count == 0)
        {
            return $"{Prefix(parsed)}one argument too many: '{word}'";
        }

        var (kind, known) = word.StartsWith('-')
            ? ("option", OptionsOf(parsed).Where(o => !o.Hidden).Select(o => o.Name))
            : ("command", command.Subcommands.Select(c => c.Name));
        return Spelling.Nearest(word, known) is { } meant
            ? $"{Prefix(parsed)}there is no {kind} '{word}'; did you mean '{meant}'?"
            : $"{Prefix(parsed)}there is no {kind} '{word}'";
    }

    private static IEnumerable<string> Missing(ParseResult parsed, Command command) =>
    [
        .. command.Arguments.Where(a => (parsed.GetResult(a)?.Tokens.Count ?? 0) < a.Arity.MinimumNumberOfValues).Select(a => a.Name),
        .. command.Options.Where(o => o.Required && (parsed.GetResult(o) is null or { Implicit: true })).Select(o => $"{o.Name} {o.HelpName}"),
    ];

    private static IEnumerable<Option> OptionsOf(ParseResult parsed)
    {
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
        {
            foreach (var option in result.Command.Options.Where(o => o.Recursive || result == parsed.CommandResult))
            {
                yield return option;
            }
        }
    }

    /// <summary>The parser's own words on one line, with the option that they are about.</summary>
    private static string Sentence(ParseError error)
    {
        if (error.SymbolResult is OptionResult { Tokens.Count: 0 } bare)
        {
            return $"{bare.Option.Name}: expected {bare.Option.HelpName ?? "a value"}, found nothing";
        }

        var lines = error.Message.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var text = (lines.Length == 1 ? lines[0] : $"{lines[0]} {string.Join(", ", lines[1..])}").TrimEnd('.');
        return error.SymbolResult is OptionResult { Option.Name: var name } && !text.Contains(name, StringComparison.Ordinal) ? $"{name}: {text}" : text;
    }
}
