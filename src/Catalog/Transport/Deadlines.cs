using System.Globalization;
using Grpc.AspNetCore.Server;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Strata.Catalog.Transport;

/// <summary>
/// Deadlines where the library's own do not end well. It resets a stream of answers that is being written to, so that its client never learns why: such a call is ended
/// with its status here, and the library's deadline, a little later, is left for a client that takes nothing any more. And it takes nanoseconds for no deadline at all.
/// Source: catalog-protocol §1.4.
/// </summary>
internal static class Deadlines
{
    private const string Header = "grpc-timeout";
    private const int MostDigits = 8;

    /// <summary>For the message that is on its way when the deadline passes.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    public static void EndAtDeadlines(this IApplicationBuilder app)
    {
        var clock = app.ApplicationServices.GetRequiredService<TimeProvider>();
        app.Use(async (context, next) =>
        {
            var isStream = context.GetEndpoint()?.Metadata.GetMetadata<GrpcMethodMetadata>() is { Method.Type: MethodType.ServerStreaming };
            if (Parse(context.Request.Headers[Header].ToString()) is not { } timeout)
            {
                await next(context);
                return;
            }

            context.Request.Headers[Header] = TextOf(isStream ? timeout + Grace : timeout);
            if (!isStream)
            {
                await next(context);
                return;
            }

            var end = EarlyEnd.Of(context);
            await using var timer = clock.CreateTimer(
                static state => ((EarlyEnd)state!).End(new Status(StatusCode.DeadlineExceeded, "Deadline Exceeded")), end, timeout, Timeout.InfiniteTimeSpan);
            await next(context);
        });
    }

    /// <returns>Null where it is absent, of another form, or longer than a timer can be set.</returns>
    internal static TimeSpan? Parse(string text)
    {
        if (text.Length is < 2 or > MostDigits + 1 || !long.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var count))
        {
            return null;
        }

        TimeSpan? timeout = text[^1] switch
        {
            'H' => TimeSpan.FromHours(count),
            'M' => TimeSpan.FromMinutes(count),
            'S' => TimeSpan.FromSeconds(count),
            'm' => TimeSpan.FromMilliseconds(count),
            'u' => TimeSpan.FromMicroseconds(count),
            'n' => TimeSpan.FromTicks((count + TimeSpan.NanosecondsPerTick - 1) / TimeSpan.NanosecondsPerTick),
            _ => null,
        };
        return timeout > TimeSpan.FromDays(30) ? null : timeout;
    }

    /// <summary>Rounded up to what eight digits can say; a deadline of 0 has passed, and a microsecond is the library's shortest.</summary>
    private static string TextOf(TimeSpan timeout)
    {
        var microseconds = Math.Max(1, (long)Math.Ceiling(timeout.TotalMicroseconds));
        var milliseconds = (microseconds + 999) / 1_000;
        return microseconds < 100_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{microseconds}u")
            : milliseconds < 100_000_000 ? string.Create(CultureInfo.InvariantCulture, $"{milliseconds}m")
            : string.Create(CultureInfo.InvariantCulture, $"{(milliseconds + 999) / 1_000}S");
    }
}
