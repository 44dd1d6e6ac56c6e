using Microsoft.Extensions.DependencyInjection;
using Strata.Recordings;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Chooses what is looked at of the places where bytes lie.</summary>
internal static class StoreHealth
{
    public static void AddStoreHealth(this IServiceCollection services, DataDirectory data, HostSettings settings)
    {
        services.AddSingleton<IPartHealth>(new FolderHealth(FolderHealth.Store, data.Path));
        if (S3HostSettings.Of(settings) is { Bucket: { } bucket } s3)
        {
            services.AddSingleton<IPartHealth>(provider => new BucketHealth(provider.GetRequiredService<S3Buckets>(), bucket, s3.Prefix));
        }
        else if (settings.RecordingsFolder is { } shared)
        {
            services.AddSingleton<IPartHealth>(new FolderHealth(FolderHealth.Recordings, shared));
        }
    }
}
