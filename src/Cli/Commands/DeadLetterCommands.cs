using System.CommandLine;
using System.Text.Json.Nodes;
using Strata.Bus;
using Strata.Web;

namespace Strata.Cli;

internal sealed class DeadLetterListCommand : StrataCommand
{
    private const int UsualLimit = 100;

    private readonly Option<int> _limit = new("--limit") { Description = "At most so many of each queue", HelpName = "N", DefaultValueFactory = _ => UsualLimit };

    public DeadLetterListCommand(CommandParts parts)
        : base(parts, "list", "Messages at the broker that nobody could handle, and why", "dead-letter list --json") => Options.Add(_limit);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var box = await DeadLetterText.OpenAsync(context, cancellationToken);
        var list = await box.ListAsync(context.Value(_limit), cancellationToken);
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, new JsonArray([.. list.Letters.Select(DeadLetterText.ToJson)]), cancellationToken);
        }
        else if (list.Letters.Count == 0)
        {
            await context.Terminal.Error.WriteLineAsync("no dead letters");
        }
        else
        {
            TableOutput.Write(
                context.Terminal, ["id", "queue", "user", "bytes", "reason"], list.Letters.Select(l => new[] { QuarantineText.Short(l.Id), l.Queue, l.User ?? "", $"{l.SizeBytes:N0}", l.Reason }));
        }

        foreach (var queue in list.Queues.Where(q => q.Messages > context.Value(_limit)))
        {
            await context.Terminal.Error.WriteLineAsync($"{queue.Name} holds {queue.Messages:N0} messages; --limit shows more of them");
        }

        return ExitCodes.Done;
    }
}

internal sealed class DeadLetterShowCommand : StrataCommand
{
    /// <summary>Their bodies are held at once while one is looked for.</summary>
    private const int LookedThrough = 10_000;

    private readonly Argument<string> _id = DeadLetterText.Id();

    public DeadLetterShowCommand(CommandParts parts)
        : base(parts, "show", "One dead letter with its body", "dead-letter show 3f9a2c") => Arguments.Add(_id);

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        await using var box = await DeadLetterText.OpenAsync(context, cancellationToken);
        var letters = (await box.ListAsync(LookedThrough, cancellationToken)).Letters;
        var one = letters.FirstOrDefault(l => l.Id.StartsWith(context.Value(_id), StringComparison.Ordinal)) ?? throw DeadLetterText.NotFound(context.Value(_id));
        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, DeadLetterText.ToJson(one), cancellationToken);
            return ExitCodes.Done;
        }

        var output = context.Terminal.Out;
        await output.WriteLineAsync($"{one.Id} in {one.Queue}, sent by {one.User ?? "nobody that the broker vouches for"}, {Cells.Bytes(one.SizeBytes)}");
        await output.WriteLineAsync($"  {one.Reason}");
        await output.WriteLineAsync($"  {one.Body.ReplaceLineEndings(" ")}");
        await output.WriteLineAsync($"  strata dead-letter redrive {QuarantineText.Short(one.Id)}   sends it to {one.From} again");
        return ExitCodes.Done;
    }
}

internal sealed class DeadLetterRedriveCommand : StrataCommand
{
    private readonly Argument<string[]> _ids = new("ID") { Description = "As 'strata dead-letter list' shows it, or the beginning of it", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<bool> _all = new("--all") { Description = "All of them" };

    public DeadLetterRedriveCommand(CommandParts parts)
        : base(parts, "redrive", "Send dead letters back to the queues that they came from", "dead-letter redrive --all")
    {
        Arguments.Add(_ids);
        Options.Add(_all);
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var (ids, all) = (context.Value(_ids), context.Value(_all));
        if (all == (ids.Length > 0))
        {
            throw new UsageException(all ? "redrive: expected ids or --all, found both" : "redrive: expected the ids of dead letters, or --all", "strata dead-letter list");
        }

        await using var box = await DeadLetterText.OpenAsync(context, cancellationToken);
        var sent = await box.RedriveAsync(letter => all || Array.Exists(ids, id => letter.Id.StartsWith(id, StringComparison.Ordinal)), cancellationToken);
        if (Array.Find(ids, id => !sent.Any(l => l.Id.StartsWith(id, StringComparison.Ordinal))) is { } missed)
        {
            throw DeadLetterText.NotFound(missed);
        }

        if (context.Json)
        {
            await JsonOutput.WriteAsync(context.Terminal, new JsonArray([.. sent.Select(DeadLetterText.ToJson)]), cancellationToken);
        }
        else
        {
            await context.Terminal.Error.WriteLineAsync($"{Cells.Count(sent.Count, "message")} sent back");
        }

        return ExitCodes.Done;
    }
}

internal static class DeadLetterText
{
    public static Argument<string> Id() => new("ID") { Description = "As 'strata dead-letter list' shows it, or the beginning of it" };

    /// <exception cref="OperationException">There is no broker, or it does not answer.</exception>
    public static async Task<DeadLetterBox> OpenAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Settings.RabbitMq is not { } broker)
        {
            throw new OperationException(
                OperationErrors.Invalid, "there is no broker here: without one messages stay in the server's memory, and none dies", "set Strata__Bus__RabbitMq=amqp://USER:PASSWORD@HOST:PORT/VHOST as the server has it");
        }

        try
        {
            return await DeadLetterBox.OpenAsync(broker, context.Settings.BusPrefix, cancellationToken);
        }
        catch (IOException e)
        {
            throw new OperationException(OperationErrors.Conflict, $"the broker at {broker.Host}:{broker.Port} cannot be used: {(e.InnerException ?? e).Message}", "see that it runs, and that the user and password in Strata__Bus__RabbitMq are its own");
        }
    }

    public static OperationException NotFound(string id) => new(OperationErrors.NotFound, $"no dead letter has an id that begins with '{id}'", "strata dead-letter list");

    public static JsonObject ToJson(DeadLetter letter) => new()
    {
        ["id"] = letter.Id,
        ["queue"] = letter.Queue,
        ["from"] = letter.From,
        ["reason"] = letter.Reason,
        ["user"] = letter.User,
        ["size_bytes"] = letter.SizeBytes,
        ["body"] = letter.Body,
    };
}
