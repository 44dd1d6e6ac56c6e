using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.EventStore;

/// <summary>What is to be appended: all of it in one transaction, or none.</summary>
/// <param name="CommandId">Who never learned of the commit asks again with the same id and gets the same answer, also years later.</param>
/// <param name="Guards">Checked and applied in the same transaction, in this order.</param>
/// <param name="Blobs">Written in the same transaction; one that is there already is left alone.</param>
public sealed record Append(
    string CommandId,
    ImmutableArray<StreamAppend> Streams,
    ImmutableArray<Guard> Guards,
    ImmutableArray<Blob> Blobs);

/// <param name="ExpectedVersion">The stream's version before this append; 0 for a stream that must not exist yet, <see cref="AnyVersion"/> for no check.</param>
public sealed record StreamAppend(string StreamId, long ExpectedVersion, ImmutableArray<StrataEvent> Events)
{
    /// <summary>The trace (W3C trace parent) that its events belong to; null: the one under which the append is called, if any.</summary>
    public string? TraceParent { get; init; }

    public const long AnyVersion = -1;
}

/// <summary>An immutable content-addressed part of an event.</summary>
public sealed record Blob(Sha256Digest Hash, ReadOnlyMemory<byte> Content)
{
    public static Blob Of(ReadOnlyMemory<byte> content) => new(Sha256Digest.Of(content.Span), content);
}
