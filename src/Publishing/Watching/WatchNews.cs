namespace Strata.Publishing;

/// <summary>What a watched folder brought, for whoever looks on.</summary>
public abstract record WatchNews(string Path);

public sealed record FileSpooled(string Path, SpooledRecording Recording) : WatchNews(Path);

/// <summary>The same bytes are spooled already: the file was renamed, moved or copied.</summary>
public sealed record FileKnown(string Path, SpooledRecording Recording) : WatchNews(Path);

/// <summary>It, or a folder on the way to it, is a symbolic link: those in a folder are not followed.</summary>
public sealed record LinkLeftAlone(string Path) : WatchNews(Path);

/// <summary>It is not spooled now; it is looked at again.</summary>
public sealed record FileNotSpooled(string Path, string Reason, string Next) : WatchNews(Path);
