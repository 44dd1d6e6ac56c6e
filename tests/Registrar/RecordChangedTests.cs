using Strata.Contracts;

namespace Strata.Registrar.Tests;

/// <summary>What happened to the bytes of a recording is noted in a stream of its own.</summary>
public sealed class RecordChangedTests
{
    private static readonly Sha256Digest Fingerprint = Sha256Digest.Of("content"u8);

    private static readonly DatasetId Dataset = DatasetId.Parse(new string('d', 32));

    [Fact]
    public async Task A_changed_file_is_noted_once_in_the_recordings_stream_however_many_find_it()
    {
        await using var world = await World.OpenAsync();

        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => world.NewRegistrar().RecordChangedAsync(Changed("base", $"found by {i}"), World.Token)));
        await world.Registrar.RecordChangedAsync(Changed("base", "found again"), World.Token);

        var noted = (await world.LogAsync()).ShouldHaveSingleItem();
        noted.StreamId.ShouldBe($"recording-{Fingerprint.Value}");
        noted.Event.ShouldBeOfType<RecordingChanged>().Layer.ShouldBe("base");
    }

    [Fact]
    public async Task Another_layer_of_the_same_bytes_has_its_own_note_beside_the_first()
    {
        await using var world = await World.OpenAsync();

        await world.Registrar.RecordChangedAsync(Changed("base", "now 7 bytes"), World.Token);
        await world.Registrar.RecordChangedAsync(Changed("copy", "now 7 bytes"), World.Token);

        var noted = await world.LogAsync();
        noted.Select(e => (e.StreamId, e.Version, ((RecordingChanged)e.Event).Layer))
            .ShouldBe([($"recording-{Fingerprint.Value}", 1, "base"), ($"recording-{Fingerprint.Value}", 2, "copy")]);
    }

    private static RecordingChanged Changed(string layer, string detail) => new(Dataset, "s", layer, Fingerprint, "file:///s.rrd", detail);
}
