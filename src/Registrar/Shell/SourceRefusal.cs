using System.Globalization;
using System.Text;
using Strata.Contracts;
using Strata.Recordings;

namespace Strata.Registrar;

/// <summary>
/// A whole call refused for one of its sources: in the first line what Rerun's server says, since clients look for that, below it what to do. Source: catalog-protocol §2.6.
/// </summary>
internal static class SourceRefusal
{
    /// <summary>A refusal travels in a header, of which clients take 16 KiB; the lines that do not fit are counted.</summary>
    private const int MaxListedCharacters = 4_096;

    public static CommandRefusedException OfUnusable(InspectedSource.Unusable source) => source.Fault switch
    {
        SourceFault.Missing => new(
            RefusalKind.NotFound,
            $"RRD file not found, file does not exist: \"{source.Source.Path}\"\n"
            + $"this server runs on '{Environment.MachineName}': the path must exist there, and not only where the client runs; nothing of this call was registered"),
        SourceFault.IsFolder => new(
            RefusalKind.NotFound, $"RRD file not found, path is not a file: \"{source.Source.Path}\"\nregister_prefix takes a folder; nothing of this call was registered"),
        SourceFault.NotAllowed => new(
            RefusalKind.NotFound, $"RRD file not found, could not load URI: {source.Source.StorageUrl}\n{source.Reason}; nothing of this call was registered"),
        SourceFault.Foreign => new(
            RefusalKind.Unreadable, $"Failed to enumerate RRD stores: Not an RRD file: expected FourCC header \"RRF2\"\n{source.Reason}; nothing of this call was registered"),
        _ => new(RefusalKind.Unreadable, $"Failed to enumerate RRD stores: {source.Reason}\nnothing of this call was registered"),
    };

    /// <summary>A sound file that could not be kept: gone meanwhile, or no room for its copy.</summary>
    public static CommandRefusedException OfUnkept(RecordingSource source, Exception failure) => failure is RecordingStorageException
        ? new(RefusalKind.Storage, $"{failure.Message}\nnothing of this call was registered; make room and register it again")
        : OfUnusable(InspectedSource.Unusable.Of(source, failure));

    public static CommandRefusedException OfBroken(InspectedSource.Broken source, Sha256Digest quarantineId) => new(
        RefusalKind.Unreadable,
        $"{source.RerunWords}\n'{source.Source.Path}' lies in quarantine (`strata quarantine show {quarantineId}`): {source.Detail}; nothing of this call was registered");

    public static CommandRefusedException OfDuplicates(IEnumerable<IGrouping<(string Segment, string Layer), RegistrationItem>> duplicates)
    {
        var text = new StringBuilder("duplicate segment layers in request:");
        var left = 0;
        foreach (var group in duplicates)
        {
            left += Append(text, $"\n  segment id: {group.Key.Segment}, layer name: {group.Key.Layer}");
            left += group.Sum(item => Append(text, $"\n    {item.Source.Source.StorageUrl}"));
        }

        return new(RefusalKind.Invalid, left == 0 ? text.ToString() : text.Append(CultureInfo.InvariantCulture, $"\n    … and {left} more lines").ToString());
    }

    public static CommandRefusedException OfStanding(RegistrationItem item) => new(
        RefusalKind.AlreadyExists,
        $"Layer '{item.Layer}' already exists\nin segment '{item.Recording!.Segment}', registered from {item.Supersedes!.Event.StorageUrl}; "
        + "replace it, skip it, or register under another layer name; nothing of this call was registered");

    /// <returns>Lines that were left out.</returns>
    private static int Append(StringBuilder text, string line)
    {
        if (text.Length + line.Length > MaxListedCharacters)
        {
            return 1;
        }

        text.Append(line);
        return 0;
    }
}
