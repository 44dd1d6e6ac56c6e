namespace Strata.Publishing;

/// <summary>What happens while a spool is sent, for whoever looks on.</summary>
public abstract record SendingNews;

/// <summary>A file is going out.</summary>
public sealed record FileSending(SpooledRecording Recording, long SentBytes) : SendingNews;

/// <summary>A recording came a step further; its state says which.</summary>
public sealed record RecordingMoved(SpooledRecording Recording) : SendingNews;

/// <summary>One recording was not taken.</summary>
public sealed record RecordingHeldBack(SpooledRecording Recording, string Reason, bool NeedsPerson) : SendingNews;

/// <summary>The broker does not let this robot listen: nobody will hear what becomes of its recordings.</summary>
public sealed record AnswersNotHeard(string Reason) : SendingNews;

/// <summary>It is tried again in a while.</summary>
public sealed record SendingWaits(string Reason, TimeSpan Pause) : SendingNews;
