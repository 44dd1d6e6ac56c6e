using Strata.Registrar;

namespace Strata.Cli;

internal sealed class RecordingsAdoptCommand(CommandParts parts)
    : StrataCommand(parts, "adopt", "Say that the recordings where the settings name them are those of this log, and count what is missing there; whoever else had either of them keeps nothing more in the place before", "recordings adopt")
{
    /// <summary>Named in the message, so that it is seen at a glance what is missing; <c>--json</c> has them all.</summary>
    private const int NamedFiles = 3;

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var taken = DataDirectoryLock.Take(context.Data);
        await using var log = await OpenedLog.OpenAsync(context.Data, context.Settings, cancellationToken);
        using var recordings = OpenedRecordings.Of(context.Data, context.Settings);
        using var progress = new ProgressBar(context.Terminal);
        var copies = await CopiesInPlace.CountAsync(log.Events, recordings.Files, progress, cancellationToken);
        progress.Dispose();
        var adopted = await log.Ownership.AdoptAsync(recordings.Label, cancellationToken);
        if (context.Json)
        {
            var report = new AdoptionReport(adopted.Id, adopted.Place, adopted.Log, adopted.StoreHad, adopted.LogHad, copies.Named, copies.Named - copies.Missing.Count, copies.Missing);
            await JsonOutput.WriteAsync(context.Terminal, report, CliJson.Default.AdoptionReport, cancellationToken);
            return ExitCodes.Done;
        }

        await context.Terminal.Out.WriteLineAsync($"the recordings in {adopted.Place} are those of {adopted.Log} from now on, with the id {adopted.Id}{Before(adopted)}");
        await context.Terminal.Out.WriteLineAsync(Words(copies));
        await context.Terminal.Error.WriteLineAsync(Next(context, copies));
        return ExitCodes.Done;
    }

    private static string Before(AdoptedStore adopted) => (adopted.StoreHad, adopted.LogHad) switch
    {
        ({ } store, { } log) when store == log => "; processes on this log that have this very place go on; those that have another one with the same id, as the place that it was copied from, keep and derive nothing more until they are started again with this one",
        ({ } store, _) when store != Guid.Empty => $"; a catalog with the id {store} that still uses them is refused when it next keeps, looks at or removes files",
        _ => "",
    };

    private static string Words(CopiesInPlace copies)
    {
        var missing = copies.Missing.Count == 0 ? ""
            : $" ({string.Join(", ", copies.Missing.Take(NamedFiles))}{(copies.Missing.Count > NamedFiles ? ", …" : "")})";
        return $"the log names {Cells.Count(copies.Named, "copy", "copies")}: {copies.Named - copies.Missing.Count} there, {copies.Missing.Count} missing{missing}";
    }

    private static string Next(CommandContext context, CopiesInPlace copies) => copies.Missing.Count == 0
        ? $"next: strata {context.DataOption}verify DATASET reads them; start processes that run with another place again, with this one"
        : $"next: copy the missing files there from the place before, or from a backup (strata restore fills a new data directory), then strata {context.DataOption}verify DATASET; start processes that run with another place again, with this one";
}

/// <param name="StoreHad">The id that the store had before; null: none.</param>
/// <param name="LogHad">The id that the log had before; null: none.</param>
/// <param name="Named">Copies that the log names and that should be there.</param>
/// <param name="There">How many of them are.</param>
/// <param name="Missing">The others, as events name them.</param>
internal sealed record AdoptionReport(Guid Id, string Place, string Log, Guid? StoreHad, Guid? LogHad, long Named, long There, IReadOnlyList<string> Missing);
