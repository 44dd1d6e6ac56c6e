namespace Strata.Rrd;

/// <summary>
/// Fixes every byte that a writer has a choice about, so that the same input gives the same file on every machine and for ever.
/// A better encoding is a new profile; a released one never changes (golden bytes in the tests).
/// </summary>
/// <param name="Number">Written into provenance.</param>
/// <param name="Version">Version bytes of the stream header: the release whose conventions are followed.</param>
/// <param name="UseLz4">Compress each message that gets smaller by it.</param>
public sealed record WriterProfile(int Number, CrateVersion Version, bool UseLz4)
{
    /// <summary>Conventions of Rerun 0.36.2, Sorbet 0.1.3, LZ4 where it shrinks.</summary>
    public static WriterProfile V1 { get; } = new(1, new CrateVersion(0, 36, 2, 0), UseLz4: true);
}
