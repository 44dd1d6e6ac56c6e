using Strata.Contracts;

namespace Strata.Web;

/// <summary>Who is named in the log for what a person asked of an operation.</summary>
internal static class Sources
{
    public static EventSource Asked { get; } = new("cli", Environment.UserName);

    /// <summary>Named on the server's own command line.</summary>
    public static EventSource Served { get; } = new("serve", Environment.UserName);
}
