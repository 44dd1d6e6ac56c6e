namespace Strata.Contracts;

/// <summary>The log holds an event that this version does not know. A reader stops here: skipping it would make its read models wrong.</summary>
public sealed class UnknownEventTypeException(string type)
    : Exception($"the log holds an event of type '{type}', which this version of Strata ({ThisVersion}) does not know: it needs a newer version; nothing was skipped or changed")
{
    private static string ThisVersion => typeof(UnknownEventTypeException).Assembly.GetName().Version?.ToString(3) ?? "unknown";

    public string EventType { get; } = type;
}
