namespace Strata.Cli;

/// <summary>The folder with all that one Strata knows, and the names of what the host puts in it. What other rooms keep there is theirs.</summary>
internal sealed record DataDirectory(string Path)
{
    public const string Default = "./strata-data";

    public const string EnvironmentVariable = "STRATA_DATA";

    public string LockFile => System.IO.Path.Combine(Path, "strata.lock");

    public string ServerFile => System.IO.Path.Combine(Path, "server.json");

    public string RelayPosition => System.IO.Path.Combine(Path, "relay.position");

    /// <summary>Signs and checks tokens if no setting says otherwise: then a token of one data directory is none of another.</summary>
    public string OwnTokenSecret => System.IO.Path.Combine(Path, "token.secret");

    /// <summary>Signs and checks tokens.</summary>
    public string TokenSecretOf(HostSettings settings) => settings.TokenSecretFile ?? OwnTokenSecret;

    /// <summary>Definitions of outside derivers if no setting says otherwise.</summary>
    public string OwnDerivers => System.IO.Path.Combine(Path, "derivers");

    /// <summary>Working directories of outside derivers, while they run.</summary>
    public string DeriverJobs => System.IO.Path.Combine(Path, "cache", "jobs");

    /// <summary>Where copies and derived layers lie if no setting says otherwise.</summary>
    public string OwnRecordings => System.IO.Path.Combine(Path, "recordings");

    /// <summary>Where copies and derived layers lie; where they go to a bucket, what is being uploaded.</summary>
    public string RecordingsOf(HostSettings settings) => settings.RecordingsFolder ?? OwnRecordings;

    /// <param name="location">As events name it: <c>recordings/…</c>, wherever that folder lies.</param>
    /// <exception cref="Web.OperationException">It would lie elsewhere.</exception>
    public string FileOf(string location, HostSettings settings)
    {
        const string Named = "recordings/";
        return location.StartsWith(Named, StringComparison.Ordinal) ? BackupFolder.Inside(RecordingsOf(settings), location[Named.Length..]) : BackupFolder.Inside(Path, location);
    }

    public bool Exists => Directory.Exists(Path);

    /// <summary>What was named on the line, else in the environment, else the default.</summary>
    public static DataDirectory Of(string? named)
    {
        var path = named ?? Environment.GetEnvironmentVariable(EnvironmentVariable);
        return new(System.IO.Path.GetFullPath(string.IsNullOrEmpty(path) ? Default : path));
    }
}
