using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Sets a recording aside that could not be registered. Source: DESIGN §4.2, rule 10.</summary>
/// <param name="BytesSha256">Of the whole file; null where its bytes could not be had.</param>
internal sealed record QuarantineRecording(
    DatasetId Dataset,
    string StorageUrl,
    string Layer,
    KeptBytes? Kept,
    long SizeBytes,
    Sha256Digest? BytesSha256,
    string Reason,
    string Detail,
    long? Offset,
    EventSource Source)
{
    /// <summary>Of the robot's message that brought it.</summary>
    public string? MessageId { get; init; }

    /// <summary>That message as text.</summary>
    public string? Message { get; init; }

    /// <summary>The same broken file at the same place is the same entry. A NUL ends each part, which none can contain.</summary>
    public static Sha256Digest IdOf(DatasetId dataset, string storageUrl, Sha256Digest? bytesSha256) =>
        Sha256Digest.FromBytes(SHA256.HashData(Encoding.UTF8.GetBytes($"{dataset.Value}\0{storageUrl}\0{bytesSha256?.Value}\0")));

    /// <returns>Nothing while the same file lies in quarantine already.</returns>
    public static ImmutableArray<RecordingQuarantined> Decide(QuarantineState state, QuarantineRecording command) => state.IsOpen
        ? []
        :
        [
            new(
                IdOf(command.Dataset, command.StorageUrl, command.BytesSha256),
                command.Dataset,
                command.StorageUrl,
                command.Layer,
                command.Kept,
                command.SizeBytes,
                command.Reason,
                command.Detail,
                command.Offset,
                command.Source)
            {
                MessageId = command.MessageId,
                Message = command.Message,
            },
        ];
}
