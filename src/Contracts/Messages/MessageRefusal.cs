namespace Strata.Contracts;

/// <summary>What is wrong with a message of another program.</summary>
/// <param name="Field">Its name as in JSON; <see cref="Whole"/> where no field is to blame.</param>
public sealed record MessageRefusal(string Field, string Expected, string Found)
{
    public const string Whole = "(message)";

    public string Text => $"field '{Field}': expected {Expected}, found {Found}";
}

/// <summary>The names that could be read of a message, whatever is wrong with the rest of it; null: not there, or no name.</summary>
public sealed record MessageNames(string? MessageId, string? Robot, string? Dataset, string? Layer)
{
    public static MessageNames None { get; } = new(null, null, null, null);
}

/// <summary>Either a message with all that it must have, or why it is none.</summary>
public sealed record ReadMessage<T>(T? Message, MessageRefusal? Refusal, MessageNames Names)
    where T : class;
