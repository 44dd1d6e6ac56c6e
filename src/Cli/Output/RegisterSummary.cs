using Strata.Contracts;
using Strata.DerivationWorkers;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The few lines after a registration: what was derived, what not and why, and what to try.</summary>
internal static class RegisterSummary
{
    /// <param name="passedOver">One sentence about files beside the recordings that are none.</param>
    /// <param name="dataOption">As <see cref="CommandContext.DataOption"/>.</param>
    public static async Task WriteAsync(Terminal terminal, string dataOption, string dataset, IReadOnlyList<RegisterLine> lines, RegisterResponse? response, TimeSpan took, string? passedOver = null)
    {
        var error = terminal.Error;
        var counts = lines.GroupBy(l => l.Status).OrderBy(g => Array.IndexOf(Order, g.Key)).Select(g => $"{g.Count()} {g.Key}");
        var created = response?.DatasetCreated == true ? " (new)" : "";
        await error.WriteLineAsync($"{string.Join(", ", counts)} in dataset '{dataset}'{created}, {Cells.Duration(took)}");
        if (passedOver is not null)
        {
            await error.WriteLineAsync(passedOver);
        }

        if (response is not null)
        {
            foreach (var group in response.Derivations)
            {
                await error.WriteLineAsync(group.SchemasCounted == 0
                    ? Sentence(group)
                    : $"{Sentence(group)}, of {Cells.Count(group.SchemasCounted, "more schema")}, each with a reason of its own: strata {dataOption}history {ShellWord.Of(dataset)} tells them all");
            }

            if (IsLeftAlone(lines, response))
            {
                await error.WriteLineAsync($"nothing is derived from them: dataset '{dataset}' has no rules");
            }

            if (response.LagReason is { } reason)
            {
                await error.WriteLineAsync(
                    $"the tables lag behind because {reason}. What is listed above as registered is in the log; the tables show it, and the rules follow, once that is mended");
            }

            if (response.StandstillReason is { } refused)
            {
                await error.WriteLineAsync(
                    $"deriving waits for disk space: {refused.TrimEnd('.')}. What is listed above as registered is in the log; "
                    + "free room on the disk that is named here, then run the same command again (a server goes on by itself)");
            }

            foreach (var yielded in response.Yielded)
            {
                await error.WriteLineAsync(Sentence(yielded));
            }

            if (response.OpenEvaluations > 0 && !response.Derives)
            {
                var example = lines.FirstOrDefault(l => l.Segment is not null)?.Segment;
                await error.WriteLineAsync(
                    $"no worker runs here, and so nothing is waited for: {Cells.Count(response.OpenEvaluations, "evaluation")} of this dataset {(response.OpenEvaluations == 1 ? "is" : "are")} open; see strata why {ShellWord.Of(dataset)}{(example is null ? "" : $" {ShellWord.Of(example)}")}");
            }
            else if (response is { OpenEvaluations: > 0, StandstillReason: null })
            {
                await error.WriteLineAsync($"still to be derived in this dataset: {Cells.Count(response.OpenEvaluations, "evaluation")}; the server goes on (--wait waits for it)");
            }
        }

        foreach (var next in Next(dataset, lines, response))
        {
            await error.WriteLineAsync($"  strata {dataOption}{next}");
        }
    }

    private static readonly string[] Order =
        [RegistrationStatus.Registered, RegistrationStatus.Replaced, RegistrationStatus.Known, RegistrationStatus.Skipped, RegistrationStatus.Quarantined, RegistrationStatus.Failed];

    private static string Sentence(YieldedGroup yielded) =>
        $"gave way to the schema of layer '{yielded.Layer}' of segment '{yielded.Segment}': {Cells.Count(yielded.Layers, "derived layer")} of {Cells.Count(yielded.Segments, "segment")}; "
        + "they are derived again when it is unregistered";

    private static string Sentence(DerivationGroup group) => group.Outcome switch
    {
        "derived" when group.Already => $"already derived: {group.Layer} of {Cells.Count(group.Segments, "segment")}",
        "removed" => $"derived before, and unregistered since: {group.Layer} of {Cells.Count(group.Segments, "segment")}",
        "given" => $"derived before, and given since: {group.Layer} of {Cells.Count(group.Segments, "segment")}; the given layer stands, and the rule leaves it alone",
        "derived" => $"derived: {group.Layer} of {Cells.Count(group.Segments, "segment")}",
        "review" => $"derived, but a person should look: {group.Layer} of {Cells.Count(group.Segments, "segment")}{Because(group)}",
        "failed" => $"failed: {group.Layer} of {Cells.Count(group.Segments, "segment")}{Because(group)}",
        _ => $"not derived: {group.Layer} of {Cells.Count(group.Segments, "segment")}{Because(group)}",
    };

    private static string Because(DerivationGroup group) => (group.Reason, group.Detail) switch
    {
        (null, null) => "",
        (null, var detail) => $": {detail}",
        (var reason, null) => $": {reason}",
        var (reason, detail) when group.DetailsDiffer => $": {reason}, each in its own way. {group.ExampleSegment}: {detail}",
        var (reason, detail) => $": {reason}. {detail}",
    };

    /// <summary>The commonest disappointment: it was registered, and nothing happened.</summary>
    private static bool IsLeftAlone(IReadOnlyList<RegisterLine> lines, RegisterResponse response) =>
        !response.HasRules && lines.Any(l => l.Status is RegistrationStatus.Registered or RegistrationStatus.Known or RegistrationStatus.Replaced);

    private static IEnumerable<string> Next(string dataset, IReadOnlyList<RegisterLine> lines, RegisterResponse? response)
    {
        var name = ShellWord.Of(dataset);
        if (response?.Derivations.FirstOrDefault(g => g.Outcome != "derived") is { } odd)
        {
            yield return $"why {name} {ShellWord.Of(odd.ExampleSegment)}";
            if (odd.DetailsDiffer)
            {
                yield return $"derivations {name}{odd.Outcome switch { "failed" => " --failed", "skipped" => " --skipped", _ => "" }}";
            }
            else if (MendingOption.Command(odd.Detail, dataset, odd.Rule) is { } mending)
            {
                yield return mending;
            }
            else if (odd.Reason == SkipReasons.SchemaMismatch)
            {
                yield return $"rule suggest {name}";
            }
        }

        if (response is not null && IsLeftAlone(lines, response))
        {
            yield return $"rule suggest {name}";
        }

        if (response?.Yielded is [var yielded, ..])
        {
            yield return $"why {name} {ShellWord.Of(yielded.ExampleSegment)} {ShellWord.Of(yielded.ExampleLayer)}";
        }

        if (lines.FirstOrDefault(l => l is { Status: RegistrationStatus.Quarantined, QuarantineId: not null }) is { } broken)
        {
            yield return $"quarantine show {QuarantineText.Short(broken.QuarantineId!)}";
            yield return "quarantine list";
        }

        if (lines.Any(l => l.Status is RegistrationStatus.Registered or RegistrationStatus.Known or RegistrationStatus.Replaced))
        {
            yield return $"segments {name}";
        }
    }
}
