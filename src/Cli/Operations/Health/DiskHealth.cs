using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Says that a disk gets full while there is still time to do something.</summary>
internal sealed class DiskHealth(DiskFolders folders) : IPartHealth
{
    /// <summary>Some hundred recordings of a usual size: an hour of a small fleet.</summary>
    public const long LittleBytes = 2L << 30;

    public string Name => "disk";

    public Task<PartFinding> LookAsync(CancellationToken cancellationToken)
    {
        var free = folders.Paths.Select(folder => (Folder: folder, Bytes: DiskFolders.FreeBytes(folder))).ToList();
        return Task.FromResult(free.Where(f => f.Bytes < LittleBytes).ToList() is { Count: > 0 } little
            ? PartFinding.Degraded(
                string.Join("; ", little.Select(f => string.Create(CultureInfo.InvariantCulture, $"{Cells.Bytes(f.Bytes)} are free on the disk of {f.Folder}"))),
                "'strata du' says where the bytes are, 'strata gc' removes what nothing needs; or give it a larger disk")
            : new PartFinding(HealthStatus.Ok, $"{Cells.Bytes(free.Min(f => f.Bytes))} are free"));
    }
}
