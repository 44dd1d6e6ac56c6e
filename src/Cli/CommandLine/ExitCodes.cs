namespace Strata.Cli;

internal static class ExitCodes
{
    public const int Done = 0;

    /// <summary>It was asked rightly and did not come out well: something failed, differs, or is in quarantine.</summary>
    public const int Failed = 1;

    /// <summary>The command line itself is wrong.</summary>
    public const int Usage = 2;
}
