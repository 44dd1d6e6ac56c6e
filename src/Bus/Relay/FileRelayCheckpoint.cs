using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Strata.Bus;

/// <summary>The position as text in a small file, replaced whole by a rename.</summary>
public sealed class FileRelayCheckpoint(string path, ILogger<FileRelayCheckpoint> logger) : IRelayCheckpoint
{
    public async Task<long> ReadAsync(CancellationToken cancellationToken)
    {
        if (!File.Exists(path))
        {
            return 0;
        }

        var text = await File.ReadAllTextAsync(path, cancellationToken);
        if (long.TryParse(text.AsSpan().Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var position))
        {
            return position;
        }

        // The file is not flushed to disk at each write (see below), so a power cut may leave it empty.
        logger.LogWarning("{Path}: expected a log position, found '{Text}'; publishing again from the start of the log, which consumers tolerate", path, text);
        return 0;
    }

    /// <summary>Not flushed to disk: an older or lost position only repeats messages, and a flush would cost more than the messages.</summary>
    public async Task WriteAsync(long position, CancellationToken cancellationToken)
    {
        var temporary = path + ".tmp";
        await File.WriteAllTextAsync(temporary, position.ToString(CultureInfo.InvariantCulture) + "\n", cancellationToken);
        File.Move(temporary, path, overwrite: true);
    }
}
