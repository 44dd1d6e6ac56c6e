using System.Collections.Immutable;
using Strata.Recordings;
using Strata.Rrd;

namespace Strata.Registrar;

/// <summary>One recording of a file, ready to be decided upon.</summary>
/// <param name="SchemaIpc">Kept at hand for the case that the dataset has not met this schema yet.</param>
internal sealed record InspectedRecording(string Segment, LayerContent Content, ReadOnlyMemory<byte> SchemaIpc);

/// <summary>What came of looking at one source of a call.</summary>
internal abstract record InspectedSource(RecordingSource Source)
{
    /// <param name="Stamp">Of the bytes that were looked at.</param>
    public sealed record Sound(RecordingSource Source, SourceStamp Stamp, ImmutableArray<InspectedRecording> Recordings) : InspectedSource(Source);

    /// <summary>To be quarantined; its bytes are kept aside where they could be had.</summary>
    /// <param name="RerunWords">What Rerun's server says of such a file.</param>
    public sealed record Broken(RecordingSource Source, string Reason, string Detail, long? Offset, long SizeBytes, KeptFile? File, string RerunWords) : InspectedSource(Source)
    {
        /// <summary>Part of it is whole and can be registered.</summary>
        public bool CanRecover { get; init; }
    }

    /// <summary>Nothing to keep: no such file, no file, a file of another kind.</summary>
    public sealed record Unusable(RecordingSource Source, SourceFault Fault, string Reason) : InspectedSource(Source)
    {
        /// <summary>The recording store cannot write: the same file may be fine a minute later.</summary>
        public RecordingStorageException? StoreFailure { get; private init; }

        /// <param name="failure">What opening or keeping it came to.</param>
        public static Unusable Of(RecordingSource source, Exception failure)
        {
            var fault = failure switch
            {
                RecordingMissingException => SourceFault.Missing,
                RecordingRefusedException { IsFolder: true } => SourceFault.IsFolder,
                RecordingRefusedException => SourceFault.NotAllowed,
                _ => SourceFault.Unreadable,
            };
            return new(source, fault, failure switch
            {
                // The system's own words name neither what to do nor always the file.
                UnauthorizedAccessException => $"'{source.Path}' cannot be read: access is denied; give this user read rights on the file and its folders, then register it again",
                RecordingStorageException or RecordingMissingException or RecordingRefusedException => failure.Message,
                _ => $"'{source.Path}' could not be read: {failure.Message}; look at the disk that it lies on, then register it again",
            })
            {
                StoreFailure = failure as RecordingStorageException,
            };
        }
    }

    /// <summary>A sound file without a store of the wanted kind.</summary>
    public sealed record Barren(RecordingSource Source, string Reason) : InspectedSource(Source);
}

/// <summary>What is the matter with a source that cannot be kept.</summary>
internal enum SourceFault
{
    Missing,
    IsFolder,

    /// <summary>Another scheme, outside the allowed folders, no regular file.</summary>
    NotAllowed,

    /// <summary>A message names an upload that is not in the store.</summary>
    NotUploaded,

    /// <summary>A known file of another kind.</summary>
    Foreign,

    /// <summary>The system does not let it be read.</summary>
    Unreadable,
}

/// <param name="Stores">Stores of the other kind are left out.</param>
/// <param name="Recover">Take what is whole of a damaged file instead of quarantining it.</param>
internal readonly record struct InspectionWish(StoreKind Stores, bool Recover);
