using Google.Protobuf;
using Grpc.Core;
using Strata.Catalog.Transport;

namespace Strata.Catalog.Tests.Transport;

/// <summary>What the handlers of a <see cref="TransportHost"/> saw.</summary>
internal sealed class Seen
{
    private int _blocks;

    /// <summary>Written and flushed, as far as back-pressure let it.</summary>
    public int Blocks => Volatile.Read(ref _blocks);

    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Ends when a handler's token fires.</summary>
    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Wrote() => Interlocked.Increment(ref _blocks);
}

[BindServiceMethod(typeof(ProbeService), nameof(Bind))]
internal sealed class ProbeService(Seen seen) : Probe.ProbeBase
{
    public static void Bind(ServiceBinderBase binder, Probe.ProbeBase? service) => Probe.BindService(new UndecodableMessages(binder), service!);

    public override Task<Text> Echo(Text request, ServerCallContext context) => Task.FromResult(request);

    public override Task<Text> Fail(Text request, ServerCallContext context) => throw (request.Value switch
    {
        "expected" => new KeyNotFoundException("no 'ü' here,\nnor 100 % of it"),
        _ => new InvalidOperationException("a secret of the server"),
    });

    public override async Task<Text> Wait(Text request, ServerCallContext context)
    {
        await using var fired = context.CancellationToken.Register(seen.Cancelled.SetResult);
        seen.Started.TrySetResult();
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
        return request;
    }

    public override async Task Stream(StreamRequest request, IServerStreamWriter<Block> responseStream, ServerCallContext context)
    {
        await using var fired = context.CancellationToken.Register(() => seen.Cancelled.TrySetResult());
        var block = new Block { Payload = ByteString.CopyFrom(new byte[request.BlockBytes]) };
        for (var i = 0; i < request.Blocks; i++)
        {
            if (request.FailAfter > 0 && i == request.FailAfter)
            {
                throw new KeyNotFoundException("half of it");
            }

            await responseStream.WriteAsync(block, context.CancellationToken);
            seen.Wrote();
            seen.Started.TrySetResult();
        }
    }

    public override async Task<Text> Collect(IAsyncStreamReader<Text> requestStream, ServerCallContext context)
    {
        var texts = new List<string>();
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            texts.Add(requestStream.Current.Value);
        }

        return new() { Value = string.Join('|', texts) };
    }
}
