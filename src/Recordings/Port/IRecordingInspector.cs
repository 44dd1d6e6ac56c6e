using Strata.Rrd;

namespace Strata.Recordings;

/// <summary>Reads what the log needs to know of a file, once. Source: DESIGN §4.2.</summary>
public interface IRecordingInspector
{
    /// <summary>Damage behind the header is a finding, beside all that is whole.</summary>
    /// <param name="wanted">Stores of the other kind are left out.</param>
    /// <exception cref="RrdFormatException">The bytes are no recording, or one too old.</exception>
    Task<FileFacts> InspectAsync(IRandomAccessBytes bytes, StoreKind wanted, CancellationToken cancellationToken);
}
