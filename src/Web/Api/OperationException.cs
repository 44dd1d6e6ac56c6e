namespace Strata.Web;

/// <summary>Why an operation was not done, and what to do about it.</summary>
/// <param name="code">For scripts: one of <see cref="OperationErrors"/>.</param>
/// <param name="next">The next step; null when the message says it all.</param>
public class OperationException(string code, string message, string? next) : Exception(message)
{
    public string Code { get; } = code;

    public string? Next { get; } = next;
}

public static class OperationErrors
{
    public const string NotFound = "not_found";
    public const string Invalid = "invalid";
    public const string Conflict = "conflict";
    /// <summary>What is named is there, and is not in a state that allows it.</summary>
    public const string FailedPrecondition = "failed_precondition";
    public const string Forbidden = "permission_denied";
    public const string PortTaken = "port_taken";
    public const string StorageRefused = "storage_refused";
    public const string Parked = "read_models_stopped";
    /// <summary>The log holds an event that this version does not know.</summary>
    public const string NeedsNewer = "needs_newer_version";
    public const string Internal = "internal";
}

/// <summary>An <see cref="OperationException"/> on the wire.</summary>
public sealed record OperationError(string Code, string Message, string? Next);

/// <summary>One line of a streamed answer: progress any number of times, then a result or an error. Exactly one member is set.</summary>
public sealed record OperationLine(OperationProgress? Progress, System.Text.Json.JsonElement? Result, OperationError? Error);
