namespace Strata.Cli;

/// <summary>Sending that ends without a failure when nothing has moved for too long: what is left is safe in the spool.</summary>
internal static class PatientSending
{
    public static async Task RunAsync(CommandContext context, SendingPatience patience, Func<Task> send, CancellationToken cancellationToken)
    {
        try
        {
            await send();
        }
        catch (OperationCanceledException) when (patience.IsOver && !cancellationToken.IsCancellationRequested)
        {
            patience.Dispose();
            await context.Terminal.Error.WriteLineAsync("nothing moves any more; the rest stays in the spool");
        }
    }

    public static void TellElsewhere(CommandContext context, string robot) => context.Terminal.Error.WriteLine($"another process sends for robot '{robot}' from this spool; waiting for it");
}
