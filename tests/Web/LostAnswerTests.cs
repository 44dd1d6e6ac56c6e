using Microsoft.Extensions.DependencyInjection;
using Strata.EventStore;
using Strata.Projections;
using Strata.Recordings;

namespace Strata.Web.Tests;

/// <summary>What is said of an operation that the log or the tables left without an answer: whether it may have been done, and whether it may be asked for again.</summary>
public sealed class LostAnswerTests
{
    private static readonly LogStorageException Away = new("the log: the database does not answer") { IsAway = true };

    private static readonly RegisterRequest Register = new("my arm", []);

    [Fact]
    public async Task What_is_done_once_however_often_it_is_asked_may_be_asked_again()
    {
        var refused = await RefusedAsync(RegisterOperation.Route, Register, Away);

        refused.Code.ShouldBe(OperationErrors.StorageRefused);
        refused.Message.ShouldBe("it is not known whether this was done: the log: the database does not answer");
        refused.Next.ShouldBe("mend that and run the same command again, which is safe: what was done is not done a second time");
    }

    [Fact]
    public async Task What_would_be_done_a_second_time_is_looked_for_first()
    {
        (await RefusedAsync(RegisterOperation.Route, Register with { OnDuplicate = "replace" }, Away)).Next.ShouldBe(
            "mend that, then look whether it was done (strata history 'my arm'), and run it again only if it was not: each recording would replace itself");
        (await RefusedAsync(UnregisterOperation.Route, new("arm", ["one"]), Away)).Next!.ShouldContain("(strata history arm one)");
    }

    [Fact]
    public async Task Tables_that_cannot_follow_what_may_be_in_the_log_are_told_in_the_same_words()
    {
        var refused = await RefusedAsync(CreateDatasetOperation.Route, new("arm"), new ProjectionLagException(7, "the disk is full"));

        (refused.Code, refused.Message.StartsWith("it is not known whether this was done: ", StringComparison.Ordinal)).ShouldBe((OperationErrors.Parked, true));
    }

    [Fact]
    public async Task A_store_that_is_not_the_logs_any_more_is_told_with_what_to_do_about_it()
    {
        var refused = await RefusedAsync(RegisterOperation.Route, Register, new ForeignStoreException("the recordings are not those of this log", "start it again").OfStore("/place"));

        (refused.Code, refused.Message, refused.Next).ShouldBe((OperationErrors.StorageRefused, "the recordings are not those of this log", "start it again"));
    }

    [Fact]
    public async Task Whoever_only_reads_has_changed_nothing()
    {
        await Should.ThrowAsync<LogStorageException>(() => RunAsync(ListDatasetsOperation.Route, new ListDatasetsRequest(), Away));
        (await RefusedAsync(ListDatasetsOperation.Route, new ListDatasetsRequest(), new ProjectionLagException(7, "the disk is full"))).Message.ShouldNotContain("not known");
    }

    private static Task<OperationException> RefusedAsync<TRequest, TResponse>(OperationRoute<TRequest, TResponse> route, TRequest request, Exception failure) =>
        Should.ThrowAsync<OperationException>(() => RunAsync(route, request, failure));

    private static async Task<TResponse> RunAsync<TRequest, TResponse>(OperationRoute<TRequest, TResponse> route, TRequest request, Exception failure)
    {
        await using var services = new ServiceCollection().AddSingleton<IOperation<TRequest, TResponse>>(new Failing<TRequest, TResponse>(failure)).BuildServiceProvider();
        return await new LocalOperations(services, Asker.Here).RunAsync(route, request, new Unheard(), TestContext.Current.CancellationToken);
    }

    private sealed class Unheard : IProgress<OperationProgress>
    {
        public void Report(OperationProgress value) => throw new InvalidOperationException("nothing is told before it fails");
    }

    private sealed class Failing<TRequest, TResponse>(Exception failure) : IOperation<TRequest, TResponse>
    {
        public Task<TResponse> RunAsync(TRequest request, Asker asker, IProgress<OperationProgress> progress, CancellationToken cancellationToken) => throw failure;
    }
}
