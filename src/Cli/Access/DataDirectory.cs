namespace Strata.Cli;

/// <summary>The folder with all that one Strata knows, and the names of what the host puts in it. What other rooms keep there is theirs.</summary>
internal sealed record DataDirectory(string Path)
{
    public const string Default = "./strata-data";

    public const string EnvironmentVariable = "STRATA_DATA";

    public string LockFile => System.IO.Path.Combine(Path, "strata.lock");

    public string ServerFile => System.IO.Path.Combine(Path, "server.json");

    public string RelayPosition => System.IO.Path.Combine(Path, "relay.position");

    /// <summary>Signs and checks the tokens of this directory.</summary>
    public string TokenSecret => System.IO.Path.Combine(Path, "token.secret");

    public string Recordings => System.IO.Path.Combine(Path, "recordings");

    public bool Exists => Directory.Exists(Path);

    /// <summary>What was named on the line, else in the environment, else the default.</summary>
    public static DataDirectory Of(string? named)
    {
        var path = named ?? Environment.GetEnvironmentVariable(EnvironmentVariable);
        return new(System.IO.Path.GetFullPath(string.IsNullOrEmpty(path) ? Default : path));
    }
}
