using System.Text.Json;

namespace Strata.Web;

/// <summary>One line of <c>strata log --json</c>.</summary>
/// <param name="EventId">Drawn at random when it was appended: no other event of any log has it.</param>
/// <param name="Event">The event's body as the log holds it.</param>
/// <param name="Text">The event in words.</param>
public sealed record LogLine(long Position, Guid EventId, long RecordedAtNs, string Stream, long Version, string Type, string CommandId, string Text, JsonElement Event);
