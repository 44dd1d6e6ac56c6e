using System.Text.Json;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What was let go of after a position of the log.</summary>
internal static class ReleasedSince
{
    public static async Task<HashSet<string>> ReadAsync(ILogStreams log, long afterPosition, CancellationToken cancellationToken)
    {
        var released = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var line in LogLines.ReadAsync(log, afterPosition, cancellationToken))
        {
            if (line.Type == "bytes_released" && EventJson.Deserialize(line.Type, JsonSerializer.SerializeToUtf8Bytes(line.Event, ApiJson.Default.JsonElement)) is BytesReleased e)
            {
                released.Add(e.Location);
            }
        }

        return released;
    }
}
