using Strata.Registrar;

namespace Strata.Cli;

internal sealed class RecordingsAdoptCommand(CommandParts parts)
    : StrataCommand(parts, "adopt", "Say that the recordings where the settings name them are those of this log; whoever else had either of them is refused at its next start", "recordings adopt")
{
    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        using var taken = DataDirectoryLock.Take(context.Data);
        await using var log = await OpenedLog.OpenAsync(context.Data, context.Settings, cancellationToken);
        using var recordings = OpenedRecordings.Of(context.Data, context.Settings);
        var adopted = await log.Ownership.AdoptAsync(recordings.Label, cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, adopted, CliJson.Default.AdoptedStore, cancellationToken);
            return ExitCodes.Done;
        }

        await context.Terminal.Out.WriteLineAsync($"the recordings in {adopted.Place} are those of {adopted.Log} from now on, with the id {adopted.Id}{Before(adopted)}");
        return ExitCodes.Done;
    }

    private static string Before(AdoptedStore adopted) => (adopted.StoreHad, adopted.LogHad) switch
    {
        ({ } store, { } log) when store == log => "; they were before, with another one: processes that run are refused until they are started again",
        ({ } store, _) when store != Guid.Empty => $"; a catalog with the id {store} that still uses them is refused when it next starts, or removes files",
        _ => "",
    };
}
