using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.EndToEnd.Tests;

/// <summary>The files of a data directory that events name.</summary>
internal static class KeptFiles
{
    public static IEnumerable<string> Of(StrataEvent @event, string data) => @event switch
    {
        LayerRegistered { Kept.Mode: KeepMode.Copy } layer => [Path.Combine(data, layer.Kept.Location)],
        RecordingQuarantined { Kept: { Mode: KeepMode.Copy } kept } => [Path.Combine(data, kept.Location)],
        _ => [],
    };

    /// <summary>Whether the file is there with the bytes by which it is named.</summary>
    public static bool IsWhole(string path) => File.Exists(path) && Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) == Path.GetFileNameWithoutExtension(path);
}
