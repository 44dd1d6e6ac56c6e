using Strata.Contracts;

namespace Strata.Web;

/// <summary>Who asks for an operation: named in the log for what comes of it, and shown no dataset that they may not read.</summary>
/// <param name="What">The operation in words for a refusal.</param>
public sealed record Asker(EventSource Source, CallerAccess Access, string What)
{
    private const string CommandLine = "cli";

    private const string Rest = "rest";

    private const string Robot = "robot";

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

    /// <summary>
    /// A robot speaks for itself only: its token's subject says who it is. Where no token is needed, and of whoever may do everything, the request's word is taken.
    /// </summary>
    /// <exception cref="OperationException">It is no name, or the token is another one's.</exception>
    public EventSource AsRobot(string robot)
    {
        ArgumentNullException.ThrowIfNull(robot);
        if (Names.RefuseId(Robot, robot) is { } refusal)
        {
            throw new OperationException(OperationErrors.Invalid, refusal, $"name the robot in 1 to {Names.MaxIdBytes} bytes");
        }

        return Access.Subject == robot || Access.Allows(AccessScope.Admin, null)
            ? new(Robot, robot)
            : throw new OperationException(
                OperationErrors.Forbidden,
                $"{What}: a robot may publish only as itself, and the token is of '{Access.Subject}', not of '{robot}'",
                $"strata token create --register --subject {ShellWord.Of(robot)} makes one for it");
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
