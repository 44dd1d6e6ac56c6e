using Strata.Servers;

namespace Strata.Recordings.Tests;

/// <summary>A store over our own server, whose content lies open.</summary>
public sealed class StandInUnderTest : BucketUnderTest
{
    private StandInUnderTest(StandInS3 server) => Server = server;

    public const string SecretKey = "nobody-sees-this";

    public StandInS3 Server { get; }

    protected override S3Settings Settings => new(Server.Endpoint, null, "test", SecretKey, UsesPathStyle: true);

    /// <param name="sources">Buckets whose objects may be registered.</param>
    public static async Task<StandInUnderTest> StartAsync(params string[] sources)
    {
        var place = new StandInUnderTest(await StandInS3.StartAsync("fleet")) { Sources = sources };
        place.Server.Content.AddBucket("robots");
        return place;
    }

    public override Task<IReadOnlyList<string>> NamesAsync() =>
        Task.FromResult<IReadOnlyList<string>>([.. Server.Content.Objects.Keys.Where(k => k.Bucket == Bucket).Select(k => k.Key[Prefix.Length..])]);

    public override Task RemoveAsync(string location)
    {
        Server.Content.Objects.Remove((Bucket, Prefix + location), out _);
        return Task.CompletedTask;
    }

    public override Task OverwriteAsync(string location, byte[] bytes)
    {
        Server.Content.Put(Bucket, Prefix + location, bytes);
        return Task.CompletedTask;
    }

    public override void Age(string location, TimeSpan age) => Server.Content.Age(Bucket, Prefix + location, age);

    public override Task LeaveUnfinishedAsync()
    {
        var hash = Contracts.Sha256Digest.Of([9]);
        Server.Content.Uploads["1"] = new(Bucket, Prefix + ContentNames.LocationOf(hash), DateTime.UtcNow, new());
        return Task.CompletedTask;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await Server.DisposeAsync();
    }
}
