using System.Text.Json;
using Strata.Servers;

namespace Strata.EndToEnd.Tests;

/// <summary>Damaged and lost objects of a bucket, and damaged files of a backup that is restored into one.</summary>
public sealed class BucketBackupTests : IAsyncLifetime
{
    private const string Bucket = "fleet";

    private readonly string _folder = Directory.CreateTempSubdirectory("strata-bucket-backup-").FullName;
    private StandInS3 _s3 = null!;

    private string Data => Path.Combine(_folder, "data");

    private string Backup => Path.Combine(_folder, "backup");

    private IReadOnlyList<string> Keys => [.. _s3.Content.Objects.Keys.Select(k => k.Key).Order(StringComparer.Ordinal)];

    public async ValueTask InitializeAsync()
    {
        _s3 = await StandInS3.StartAsync(Bucket);
        await JsonAsync(Data, 0, "register", Samples.Folder, "--dataset", "arm", "--wait");
    }

    public async ValueTask DisposeAsync()
    {
        await _s3.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_damaged_and_a_lost_object_are_named_and_keep_nothing_back()
    {
        var (damaged, missing) = (Keys[2], Keys[9]);
        _s3.Content.Put(Bucket, damaged, Flipped(_s3.Content.Objects[(Bucket, damaged)].Bytes));
        _s3.Content.Objects.Remove((Bucket, missing), out _);

        var made = await JsonAsync(Data, 1, "backup", Backup);

        made.GetProperty("damaged").EnumerateArray().Single().GetProperty("file").GetString().ShouldBe(damaged);
        made.GetProperty("missing").EnumerateArray().Single().GetString().ShouldBe(missing);
        made.GetProperty("files").GetInt64().ShouldBe(13);
    }

    [Fact]
    public async Task Objects_that_the_bucket_lost_are_named_and_their_copies_in_the_backup_stay()
    {
        (await JsonAsync(Data, 0, "backup", Backup)).GetProperty("files").GetInt64().ShouldBe(15);
        var lost = new[] { Keys[2], Keys[9] };
        _s3.Content.Put(Bucket, lost[0], Flipped(_s3.Content.Objects[(Bucket, lost[0])].Bytes));
        _s3.Content.Objects.Remove((Bucket, lost[1]), out _);

        var made = await JsonAsync(Data, 1, "backup", Backup);

        made.GetProperty("lost").EnumerateArray().Select(f => f.GetString()).Order(StringComparer.Ordinal).ShouldBe(lost);
        _s3.Content.Objects.Clear();
        await JsonAsync(Data + "-2", 0, "restore", Backup);
        (await JsonAsync(Data + "-2", 0, "verify", "arm")).GetProperty("equal").GetInt64().ShouldBe(15);
    }

    [Fact]
    public async Task A_damaged_file_of_a_backup_is_not_sent_to_the_bucket_and_the_rest_is()
    {
        await JsonAsync(Data, 0, "backup", Backup);
        var objects = Keys;
        _s3.Content.Objects.Clear();
        var damaged = Path.Combine(Backup, objects[4]);
        await File.WriteAllBytesAsync(damaged, Flipped(await File.ReadAllBytesAsync(damaged, TestContext.Current.CancellationToken)), TestContext.Current.CancellationToken);

        var restored = await JsonAsync(Data + "-2", 1, "restore", Backup);

        restored.GetProperty("damaged").EnumerateArray().Single().GetProperty("file").GetString().ShouldBe(objects[4]);
        Keys.ShouldBe(objects.Where(k => k != objects[4]));
        Directory.Exists(Path.Combine(Data + "-2", "restoring")).ShouldBeFalse();
    }

    private static byte[] Flipped(byte[] bytes)
    {
        var flipped = bytes.ToArray();
        flipped[flipped.Length / 2] ^= 1;
        return flipped;
    }

    private Task<JsonElement> JsonAsync(string data, int code, params string[] arguments) => StrataProgram.JsonAsync(data, Settings(), code, arguments);

    private Dictionary<string, string> Settings() => new(StringComparer.Ordinal)
    {
        ["Strata__Recordings__S3__Endpoint"] = _s3.Endpoint.AbsoluteUri,
        ["Strata__Recordings__S3__Bucket"] = Bucket,
        ["Strata__Recordings__S3__AccessKey"] = "test",
        ["Strata__Recordings__S3__SecretKey"] = "nobody-sees-this",
    };
}
