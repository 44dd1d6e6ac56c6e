using System.Text.Json;

namespace Strata.Web;

/// <summary>One line of <c>strata log --json</c>.</summary>
/// <param name="Event">The event's body as the log holds it.</param>
/// <param name="Text">The event in words.</param>
public sealed record LogLine(long Position, long RecordedAtNs, string Stream, long Version, string Type, string CommandId, string Text, JsonElement Event);
