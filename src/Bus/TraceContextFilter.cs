using System.Diagnostics;
using MassTransit;
using Strata.Contracts;

namespace Strata.Bus;

/// <summary>
/// Whoever is no MassTransit says the trace of a message in W3C's header <c>traceparent</c>: what is done with the message goes on with that trace.
/// </summary>
internal sealed class TraceContextFilter : IFilter<ConsumeContext>
{
    public async Task Send(ConsumeContext context, IPipe<ConsumeContext> next)
    {
        if (context.Headers.Get<string>(StrataTracing.TraceParent) is not { } traceParent)
        {
            await next.Send(context);
            return;
        }

        using var activity = StrataTracing.StartFrom(traceParent, SpanNames.Receive, ActivityKind.Consumer);
        activity?.SetTag("messaging.destination.name", context.ReceiveContext.InputAddress.AbsolutePath.TrimStart('/'));
        try
        {
            await next.Send(context);
        }
        catch (Exception e)
        {
            activity.Fail(e.Message);
            throw;
        }
    }

    public void Probe(ProbeContext context) => context.CreateFilterScope("traceContext");
}
