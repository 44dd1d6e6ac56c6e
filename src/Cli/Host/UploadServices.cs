using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Strata.Recordings;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What receives files from elsewhere into the recording store.</summary>
internal static class UploadServices
{
    private const string MaxBytesKey = "Strata:Uploads:MaxBytes";

    /// <param name="settings"><c>Strata__Uploads__MaxBytes</c>: the largest file that is taken in.</param>
    /// <exception cref="OperationException">The setting is no number of bytes.</exception>
    public static void AddRecordingUploads(this IServiceCollection services, HostSettings settings)
    {
        services.AddSingleton(new UploadOptions { MaxBytes = MaxBytesOf(settings) });
        services.AddSingleton<IRecordingUploads, RecordingUploads>();
        services.AddSingleton<IStagedRecordings, StagedRecordings>();
    }

    private static long MaxBytesOf(HostSettings settings)
    {
        if (settings.Configuration[MaxBytesKey] is not { Length: > 0 } text)
        {
            return UploadOptions.UsualMaxBytes;
        }

        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) && bytes > 0
            ? bytes
            : throw new OperationException(
                OperationErrors.Invalid, $"{MaxBytesKey}: expected a number of bytes above 0, found '{text}'", string.Create(CultureInfo.InvariantCulture, $"{UploadOptions.UsualMaxBytes} is the default"));
    }
}
