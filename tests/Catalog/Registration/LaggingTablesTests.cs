using System.Reflection;
using Microsoft.Extensions.DependencyInjection;
using Strata.Projections;
using Strata.TestSupport;
using static Strata.Catalog.Tests.Registration.RegistrationClient;

namespace Strata.Catalog.Tests.Registration;

/// <summary>The log holds a registration that the tables cannot show for the moment.</summary>
public sealed class LaggingTablesTests
{
    [Fact]
    public async Task A_registration_is_answered_and_its_task_is_pending_until_the_tables_follow()
    {
        using var folder = new TestFolder();
        var lag = new Lag();
        await using var host = await CatalogHost.StartAsync(services: services => services.AddSingleton(provider => LaggingModels.Of(provider.GetRequiredService<ReadModels>(), lag)));
        var dataset = (await Entries.EntryClient.CreateAsync(host, "robots")).Details.Id;

        lag.Position = 0;
        var task = (await host.RegisterAsync(dataset, Source(folder.Write("a.rrd", TestSupport.Recordings.Scalars("a"))))).Single().Task;
        Rows(await host.TaskTableAsync(NewClient, task)).Single().Status.ShouldBe("pending");
        host.Log.Lines.ShouldHaveSingleItem().ShouldContain("is answered although the tables do not show it yet");

        lag.Position = null;
        (await host.CompletedAsync([task])).Single().Status.ShouldBe("success");
        (await host.LayersAsync(dataset)).ShouldBe([("a", "base")]);
    }

    private sealed class Lag
    {
        /// <summary>Where the tables stand still; null: nowhere.</summary>
        public long? Position { get; set; }
    }

#pragma warning disable CA1852 // DispatchProxy makes its own class of it at run time
    private class LaggingModels : DispatchProxy
#pragma warning restore CA1852
    {
        private IReadModels _inner = null!;
        private Lag _lag = null!;

        public static IReadModels Of(IReadModels inner, Lag lag)
        {
            var proxy = Create<IReadModels, LaggingModels>();
            ((LaggingModels)(object)proxy)._inner = inner;
            ((LaggingModels)(object)proxy)._lag = lag;
            return proxy;
        }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => (targetMethod!.Name, _lag.Position) switch
        {
            ("get_Position", { } position) => position,
            (nameof(IReadModels.WaitForAsync), { } position) => Task.FromException(new ProjectionLagException(position, "the disk is full")),
            _ => targetMethod.Invoke(_inner, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null),
        };
    }
}
