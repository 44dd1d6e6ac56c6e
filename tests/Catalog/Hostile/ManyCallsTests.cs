using Grpc.Core;
using Strata.Catalog.Protocol;
using Strata.Catalog.Tests.Entries;

namespace Strata.Catalog.Tests.Hostile;

/// <summary>Far more small calls at once than anybody makes.</summary>
[Collection(MeasuredAlone.Name)]
public sealed class ManyCallsTests
{
    private const int Calls = 10_000;

    /// <summary>Buffers and connections that stay for the next call, of both ends. An answer kept for each call would be ten times as much.</summary>
    private const long MostKeptBytes = 48L << 20;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Ten_thousand_calls_at_once_are_all_answered_and_nothing_is_kept_of_them()
    {
        await using var host = await CatalogHost.StartAsync();
        var arm = (await host.CreateAsync("arm")).Details.Id;
        var invoker = host.Channel.CreateCallInvoker();
        await FindAsync();
        var before = GC.GetTotalMemory(forceFullCollection: true);

        var found = await Task.WhenAll(Enumerable.Range(0, Calls).Select(_ => FindAsync()));

        found.ShouldAllBe(id => id.Equals(arm));
        (GC.GetTotalMemory(forceFullCollection: true) - before).ShouldBeLessThan(MostKeptBytes);
        host.Log.Lines.ShouldBeEmpty();

        async Task<EntryId> FindAsync()
        {
            using var call = invoker.AsyncUnaryCall(
                CatalogMethods.Of<FindEntriesRequest, FindEntriesResponse>(MethodType.Unary, "FindEntries"),
                null,
                new CallOptions(cancellationToken: Token),
                new FindEntriesRequest { Filter = new() { Name = "arm" } });
            return (await call).Entries.Single().Id;
        }
    }
}
