using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Says that a disk gets full while there is still time to do something.</summary>
internal sealed class DiskHealth(DataDirectory data) : IPartHealth
{
    /// <summary>Some hundred recordings of a usual size: an hour of a small fleet.</summary>
    public const long LittleBytes = 2L << 30;

    public string Name => "disk";

    public Task<PartFinding> LookAsync(CancellationToken cancellationToken) => Task.FromResult(Look(data.Path));

    public static PartFinding Look(string folder)
    {
        var free = FreeBytes(folder);
        return free < LittleBytes
            ? PartFinding.Degraded(
                string.Create(CultureInfo.InvariantCulture, $"{Cells.Bytes(free)} are free on the disk of {folder}"),
                "'strata du' says where the bytes are, 'strata gc' removes what nothing needs; or give it a larger disk")
            : new PartFinding(HealthStatus.Ok, $"{Cells.Bytes(free)} are free");
    }

    public static long FreeBytes(string folder) => new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
}
