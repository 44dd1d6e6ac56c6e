using Strata.Contracts;
using Strata.UnreliableBus;

namespace Strata.Bus.Tests;

/// <summary>The transport of other tests is as bad as it says: what passes over it is known to have met it.</summary>
public sealed class UnreliablePublisherTests
{
    private const int Seed = 20_261_127;

    private static readonly EvaluateSegment[] Messages = [.. Enumerable.Range(0, 2_000).Select(i => new EvaluateSegment("d", $"episode_{i}", i))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_tenth_is_lost_a_tenth_comes_twice_and_a_tenth_comes_after_what_was_given_later()
    {
        var sent = await SendAsync(Seed);

        var copies = sent.CountBy(m => m.Position).ToDictionary();
        (Messages.Length - copies.Count).ShouldBeInRange(150, 250);
        copies.Values.Count(n => n == 2).ShouldBeInRange(150, 250);
        copies.Values.ShouldAllBe(n => n <= 2);
        var first = sent.DistinctBy(m => m.Position).Select(m => m.Position).ToList();
        first.Zip(first.Skip(1)).Count(pair => pair.First > pair.Second).ShouldBeInRange(75, 250);
    }

    [Fact]
    public async Task The_same_seed_gives_the_same_deliveries() => (await SendAsync(Seed)).ShouldBe(await SendAsync(Seed));

    private static async Task<IReadOnlyList<EvaluateSegment>> SendAsync(int seed)
    {
        var bus = new RecordingPublisher();
        var transport = new UnreliablePublisher(bus, Faults.OfATenth, seed);
        foreach (var page in Messages.Chunk(5))
        {
            await transport.PublishAsync(page, Token);
        }

        await transport.ReleaseAsync(Token);
        var sent = new List<EvaluateSegment>();
        while (bus.WakeUps.TryRead(out var page))
        {
            sent.AddRange(page);
        }

        transport.WakeUps.Value.Sent.ShouldBe(sent);
        return sent;
    }
}
