using Grpc.Core;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tests.Entries;

namespace Strata.Catalog.Tests.Hostile;

/// <summary>Far more small calls at once than anybody makes.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class ManyCallsTests
{
    private const int Calls = 10_000;

    /// <summary>Of both ends while they are pooled for the next calls, after as many calls at once: some buffers each.</summary>
    private const long MostPooledBytes = Calls * 16L * 1024;

    /// <summary>What is kept of a call is kept of those of each round; pools find their size in the end.</summary>
    private const int Rounds = 5;

    /// <summary>Less than a kilobyte a call.</summary>
    private const long MostKeptBytes = Calls * 1024L;

    /// <summary>Made once: a channel keeps what it knows of each that it is given.</summary>
    private static readonly Method<FindEntriesRequest, FindEntriesResponse> Find = CatalogMethods.Of<FindEntriesRequest, FindEntriesResponse>(MethodType.Unary, "FindEntries");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_calls_at_once_are_all_answered_and_nothing_is_kept_of_them()
    {
        await using var host = await CatalogHost.StartAsync();
        var arm = (await host.CreateAsync("arm")).Details.Id;
        var invoker = host.Channel.CreateCallInvoker();
        await FindAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        await AllAtOnceAsync();
        await AllAtOnceAsync();
        var pooled = GC.GetTotalMemory(forceFullCollection: true);
        var grown = new List<long>();
        for (var (round, last) = (0, pooled); round < Rounds; round++)
        {
            await AllAtOnceAsync();
            var now = GC.GetTotalMemory(forceFullCollection: true);
            grown.Add(now - last);
            last = now;
        }

        (pooled - before).ShouldBeLessThan(MostPooledBytes);
        grown.Min().ShouldBeLessThan(MostKeptBytes);
        host.Log.Lines.ShouldBeEmpty();
        TestContext.Current.TestOutputHelper?.WriteLine($"{(pooled - before) >> 10} KiB in pools; after each {Calls} calls more: {string.Join(", ", grown.Select(g => $"{g >> 10} KiB"))}");

        async Task AllAtOnceAsync() => (await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => FindAsync()))).ShouldAllBe(id => id.Equals(arm));

        async Task<EntryId> FindAsync()
        {
            using var call = invoker.AsyncUnaryCall(
                Find,
                null,
                new CallOptions(cancellationToken: Token),
                new FindEntriesRequest { Filter = new() { Name = "arm" } });
            return (await call).Entries.Single().Id;
        }
    }
}
