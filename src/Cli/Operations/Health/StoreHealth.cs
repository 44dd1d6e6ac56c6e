using Microsoft.Extensions.DependencyInjection;
using Strata.Recordings;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

/// <summary>Chooses what is looked at of the places where bytes lie.</summary>
internal static class StoreHealth
{
    public static void AddStoreHealth(this IServiceCollection services, DataDirectory data, HostSettings settings, Roles roles)
    {
        services.AddSingleton<IPartHealth>(new FolderHealth(FolderHealth.Store, data.Path));
        if ((roles & RoleNames.NeedRecordings) != Roles.None)
        {
            services.AddSingleton<IPartHealth>(provider => new RecordingsHealth(
                provider.GetRequiredService<StoreOwnership>(), provider.GetRequiredService<RecordingStore>().Label, PlaceOf(provider, settings)));
        }
    }

    private static IPartHealth? PlaceOf(IServiceProvider provider, HostSettings settings) => (S3HostSettings.Of(settings), settings.RecordingsFolder) switch
    {
        ({ Bucket: { } bucket } s3, _) => new BucketHealth(provider.GetRequiredService<S3Buckets>(), bucket, s3.Prefix),
        (_, { } shared) => new FolderHealth(RecordingsHealth.PartName, shared),
        _ => null,
    };
}
