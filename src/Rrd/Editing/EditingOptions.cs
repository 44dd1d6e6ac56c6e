namespace Strata.Rrd.Editing;

/// <summary>How recordings are rewritten.</summary>
public sealed record EditingOptions
{
    /// <summary>Whether what cannot be read is left out and reported instead of ending the work.</summary>
    public bool ContinueOnError { get; init; }

    /// <summary>How chunks that change are encoded. Those that do not change keep their bytes.</summary>
    public WriterProfile Profile { get; init; } = WriterProfile.V1;

    /// <summary>Is told how many bytes of all inputs were read so far.</summary>
    public IProgress<long>? BytesRead { get; init; }

    /// <summary>Whether what comes next is read by another thread meanwhile. Not where somebody counts what the calling one allocates.</summary>
    internal bool ReadsAhead { get; init; } = true;
}
