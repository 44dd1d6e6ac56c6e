using Strata.Contracts;

namespace Strata.Web;

/// <summary>Who asks for an operation: named in the log for what comes of it, and shown no dataset that they may not read.</summary>
/// <param name="What">The operation in words for a refusal.</param>
public sealed record Asker(EventSource Source, CallerAccess Access, string What)
{
    private const string CommandLine = "cli";

    private const string Rest = "rest";

    /// <summary>How commands that ask a running server begin their <c>user-agent</c>.</summary>
    public const string CommandAgent = "strata-cli";

    /// <summary>Whoever runs a command in their own process, on their own data directory.</summary>
    public static Asker Here { get; } = new(new EventSource(CommandLine, Environment.UserName), CallerAccess.Unrestricted, "the command");

    /// <summary>Over HTTP. Where no token is needed, a command is of whoever started the server: nobody else can find it.</summary>
    public static Asker OverHttp(CallerAccess access, string? userAgent, string what)
    {
        ArgumentNullException.ThrowIfNull(access);
        var isCommand = userAgent?.StartsWith(CommandAgent, StringComparison.Ordinal) == true;
        return new(new EventSource(isCommand ? CommandLine : Rest, access.Subject ?? (isCommand ? Environment.UserName : null)), access, what);
    }

    public bool CanRead(string dataset) => Access.Allows(AccessScope.Read, dataset);

    /// <param name="dataset">By its name; null: what belongs to none, or to all.</param>
    /// <exception cref="OperationException">What is needed and what the token has.</exception>
    public void Require(AccessScope scope, string? dataset)
    {
        if (!Access.Allows(scope, dataset))
        {
            throw new OperationException(OperationErrors.Forbidden, Access.Refusal(What, scope, dataset), null);
        }
    }
}
