using System.Collections.Immutable;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strata.EventStore;
using Strata.Recordings;
using Strata.Registrar;

namespace Strata.Cli;

/// <summary>Chooses where recordings lie, and which lock stands between keeping and removing them.</summary>
internal static class RecordingStores
{
    /// <summary>Below the data directory: what of a bucket's objects lies here. All of it may be deleted at any time.</summary>
    public const string CacheFolder = "cache";

    /// <exception cref="Strata.Web.OperationException">A setting is not what it should be.</exception>
    public static void AddRecordingStore(this IServiceCollection services, DataDirectory data, HostSettings settings, ImmutableArray<string>? allowedRoots)
    {
        var s3 = S3HostSettings.Of(settings);
        services.AddSingleton<IContentLock>(provider =>
            provider.GetService<ISharedLocks>() is { } locks ? new DatabaseContentLock(locks) : new FileLock(s3?.Bucket is null ? data.RecordingsOf(settings) : data.OwnRecordings));
        if (s3 is not null)
        {
            services.AddSingleton(provider => new S3Buckets(s3.Store, s3.Sources, Path.Combine(data.Path, CacheFolder), provider.GetRequiredService<ILogger<S3Buckets>>()));
        }

        services.AddSingleton<RecordingStore>(provider => s3?.Bucket is { } bucket
            ? new S3RecordingStore(
                new(bucket, s3.Prefix, data.RecordingsOf(settings), provider.GetRequiredService<IContentLock>(), settings.ReferenceRoots, allowedRoots)
                {
                    Admission = provider.GetRequiredService<StoreOwnership>(),
                },
                provider.GetRequiredService<S3Buckets>())
            : new LocalRecordingStore(new LocalRecordingStoreOptions(data.Path, settings.ReferenceRoots, allowedRoots)
            {
                Folder = data.RecordingsOf(settings),
                Lock = provider.GetRequiredService<IContentLock>(),
                Admission = provider.GetRequiredService<StoreOwnership>(),
                Buckets = provider.GetService<S3Buckets>(),
            }));
        services.AddSingleton<IRecordingStore>(provider => provider.GetRequiredService<RecordingStore>());
        services.AddSingleton<IUploadTarget>(provider => provider.GetRequiredService<RecordingStore>());
    }
}
