namespace Strata.Registrar;

public enum RefusalKind
{
    /// <summary>The command itself cannot be right, whatever the catalog holds.</summary>
    Invalid,

    /// <summary>It names something that is not there.</summary>
    NotFound,

    /// <summary>It contradicts what is there.</summary>
    Conflict,

    /// <summary>What it would make is there, in Rerun's words.</summary>
    AlreadyExists,

    /// <summary>What it names is there, and is not in a state that allows it.</summary>
    FailedPrecondition,

    /// <summary>A file that it names cannot be read.</summary>
    Unreadable,

    /// <summary>There is no room for what it brings.</summary>
    Storage,

    /// <summary>Others changed the same streams again and again; nothing was appended, and the same command may be sent again.</summary>
    Contended,
}

/// <summary>A whole command was refused and nothing was changed; what concerns one source only is an answer for that source instead.</summary>
public sealed class CommandRefusedException(RefusalKind kind, string message) : Exception(message)
{
    public RefusalKind Kind { get; } = kind;
}
