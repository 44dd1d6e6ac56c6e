using Strata.Contracts;

namespace Strata.Registrar.Tests;

/// <summary>A robot that publishes into a <see cref="World"/>.</summary>
internal static class Robot
{
    public const string Name = "arm-7";

    public static readonly RobotSender Itself = new(Name, IsGateway: false);

    public static RecordingPublished Message(string id) => new(id, Name, "arms", "base", 1_795_341_600_123_456_789, null, null, null, null, null, null);

    /// <summary>As the upload endpoint leaves it: whole in the store, named by no event.</summary>
    public static async Task<RecordingPublished> UploadAsync(this World world, string messageId, byte[] file)
    {
        await world.Store.WriteAllAsync([file], World.Token);
        return Message(messageId) with { Upload = Sha256Digest.Of(file), SizeBytes = file.Length };
    }

    /// <summary>A file where the server can open it.</summary>
    public static RecordingPublished Mount(this World world, string messageId, byte[] file) => Message(messageId) with { StorageUrl = world.File($"{messageId}.rrd", file).StorageUrl };

    public static RobotDelivery Deliver(RecordingPublished message) => new(RobotMessageJson.Serialize(message), Itself);

    public static Task<IReadOnlyList<PublishAnswer>> PublishAsync(this World world, params RobotDelivery[] deliveries) => world.Registrar.PublishAsync(deliveries, World.Token);

    public static async Task<RecordingAnswered> PublishAsync(this World world, RecordingPublished message) => (await world.PublishAsync(Deliver(message))).Single().Answer;

    public static async Task<IReadOnlyList<RecordingAnswered>> PublishAllAsync(this World world, params RecordingPublished[] messages) =>
        [.. (await world.PublishAsync([.. messages.Select(Deliver)])).Select(a => a.Answer)];

    public static async Task<RecordingQuarantined> QuarantinedAsync(this World world) => (await world.EventsAsync<RecordingQuarantined>()).Single();

    public static async Task<long> HeadAsync(this World world) => await world.Events.HeadAsync(World.Token);
}
