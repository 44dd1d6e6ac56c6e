using System.CommandLine;
using Strata.Web;

namespace Strata.Cli;

/// <summary>An option that takes a time as a person writes it: <c>30s</c>, <c>5m</c>, <c>12h</c>, <c>2d</c>.</summary>
internal static class DurationOption
{
    public static Option<string> Of(string name, string description, string usual) => new(name) { Description = description, DefaultValueFactory = _ => usual, HelpName = "TIME" };

    /// <exception cref="UsageException">It is no such time, or none.</exception>
    public static TimeSpan Parse(string name, string text) => RetentionText.TryParse(text, out var ns) && ns is > 0
        ? TimeSpan.FromTicks(ns.Value / TimeSpan.NanosecondsPerTick)
        : throw new UsageException($"{name}: expected a number with s, m, h or d (5m), found '{text}'", null);
}
