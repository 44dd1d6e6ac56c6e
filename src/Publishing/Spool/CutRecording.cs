using Strata.Contracts;
using Strata.Rrd;

namespace Strata.Publishing;

/// <summary>What the server will know a recording by that is published without its end.</summary>
internal static class CutRecording
{
    /// <returns>Null where the file has not exactly one recording that can be read: nothing could say which one is meant.</returns>
    public static async Task<Sha256Digest?> FingerprintAsync(string path, CancellationToken cancellationToken)
    {
        using var file = FileBytes.Open(path);
        try
        {
            var contents = (await RrdReader.OpenAsync(file, cancellationToken).ConfigureAwait(false)).Contents;
            return contents.Recordings.Where(store => store.Manifest.Count > 0).ToList() is [var only] ? Sha256Digest.FromBytes(RecordingFingerprint.Of(only)) : null;
        }
        catch (RrdFormatException)
        {
            // The server says what is wrong with it, to whoever listens to answers.
            return null;
        }
    }
}
