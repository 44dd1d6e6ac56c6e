using System.Text.Json;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What was let go of after a position of the log.</summary>
internal static class ReleasedSince
{
    public static async Task<HashSet<string>> ReadAsync(ILogStreams log, long afterPosition, CancellationToken cancellationToken)
    {
        using var lines = new MemoryStream();
        await log.FollowAsync(afterPosition, follow: false, lines, cancellationToken);
        lines.Position = 0;
        var released = new HashSet<string>(StringComparer.Ordinal);
        using var reader = new StreamReader(lines);
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            if (JsonSerializer.Deserialize(line, ApiJson.Default.LogLine) is { Type: "bytes_released" } told
                && EventJson.Deserialize(told.Type, JsonSerializer.SerializeToUtf8Bytes(told.Event, ApiJson.Default.JsonElement)) is BytesReleased e)
            {
                released.Add(e.Location);
            }
        }

        return released;
    }
}
