using System.Collections.Concurrent;
using System.Diagnostics;
using MassTransit;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Strata.Contracts;
using Strata.EventStore;

namespace Strata.Bus.Tests;

/// <summary>The trace of who published goes on where the message is handled.</summary>
public sealed class TraceContextTests
{
    private const string Trace = "0af7651916cd43dd8448eb211c80319c";

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory(Timeout = 30_000)]
    [InlineData($"00-{Trace}-b7ad6b7169203331-01", Trace)]
    [InlineData("none of W3C's", null)]
    public async Task What_a_message_says_in_its_header_traceparent_is_gone_on_with(string header, string? expected)
    {
        var spans = new ConcurrentBag<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == StrataTracing.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = spans.Add,
        };
        ActivitySource.AddActivityListener(listener);
        var handler = new Handler();
        await using var host = await HostAsync(handler);

        await host.Services.GetRequiredService<IBus>().Publish(new EvaluateSegment(Some.Dataset.Value, "episode_1", 7), context => context.Headers.Set(StrataTracing.TraceParent, header), Token);

        var handled = await handler.Handled.Task.WaitAsync(Token);
        if (expected is null)
        {
            handled.ShouldNotBe(Trace);
        }
        else
        {
            handled.ShouldBe(expected);
            (await UntilAsync(spans, s => s.TraceId.ToHexString() == Trace)).ShouldBe(SpanNames.Receive);
        }
    }

    private static async Task<string> UntilAsync(ConcurrentBag<Activity> spans, Func<Activity, bool> one)
    {
        while (true)
        {
            if (spans.FirstOrDefault(one) is { } found)
            {
                return found.OperationName;
            }

            await Task.Delay(1, Token);
        }
    }

    private static async Task<RunningBus> HostAsync(Handler handler)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IEventStore>(new MemoryLog());
        builder.Services.AddSingleton<IHandle<EvaluateSegment>>(handler);
        builder.Services.Configure<MassTransitHostOptions>(options => options.WaitUntilStarted = true);
        builder.Services.AddStrataBus(new BusOptions(null, Relay: false, Consume: true, "unused") { Prefix = $"t{Guid.NewGuid():N}-" });
        var host = builder.Build();
        await host.StartAsync(Token);
        return new(host);
    }

    private sealed class RunningBus(IHost host) : IAsyncDisposable
    {
        public IServiceProvider Services => host.Services;

        public async ValueTask DisposeAsync()
        {
            await host.StopAsync(CancellationToken.None);
            await ((IAsyncDisposable)host).DisposeAsync();
        }
    }

    private sealed class Handler : IHandle<EvaluateSegment>
    {
        /// <summary>The trace under which a message was handled first.</summary>
        public TaskCompletionSource<string?> Handled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task HandleAsync(EvaluateSegment message, CancellationToken cancellationToken)
        {
            Handled.TrySetResult(Activity.Current?.TraceId.ToHexString());
            return Task.CompletedTask;
        }
    }
}
