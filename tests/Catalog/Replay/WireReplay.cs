using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Tests.Replay;

/// <summary>
/// Sends a recorded conversation to a server call by call and compares the answers: status, text, then the decoded messages, without what may differ between two
/// correct servers. Ids, task ids and chunk keys of the recording are translated into those of the server as they become known.
/// </summary>
/// <param name="upload">Sends what the client sent beside its calls: given the recorded request for a grant and the path that this server grants.</param>
internal sealed class WireReplay(ChannelBase channel, WireRules rules, Func<GetWriteAccessGrantRequest, string, Task>? upload = null)
{
    private static readonly Marshaller<byte[]> Bytes = new(message => message, bytes => bytes);

    private static readonly ServiceDescriptor Service = Protocol.RerunCloudService.Descriptor;

    private const string ClientHeader = "x-rerun-client-version";

    private readonly CallInvoker _invoker = channel.CreateCallInvoker();
    private readonly WireIds _ids = new();

    /// <summary>All differences of a scenario, each in words; a call that <see cref="WireRules"/> leaves out is sent all the same where later ones may need it.</summary>
    public async Task<IReadOnlyList<string>> RunAsync(WireScenario scenario, CancellationToken cancellationToken)
    {
        var differences = new List<string>();
        foreach (var call in scenario.Calls)
        {
            if (Service.FindMethodByName(call.Method) is not { } method || !call.IsPlain || call.Status is null || rules.LeavesOut(call))
            {
                continue;
            }

            differences.AddRange((await CompareAsync(scenario, call, method, cancellationToken)).Select(d => $"{call.File}: {d}"));
        }

        return differences;
    }

    private async Task<List<string>> CompareAsync(WireScenario scenario, WireCall call, MethodDescriptor method, CancellationToken cancellationToken)
    {
        if (_ids.Translate(call.Headers, out var headers) is { } unknown && call.Status == 0)
        {
            // Learned from nothing that this server answered: a leftover of the recorded server, such as companions of a create that failed.
            return rules.ToleratesUnknown(call, unknown) ? [] : [$"names the entry '{unknown}', which no answer told"];
        }

        if (rules.Poses is { } other)
        {
            foreach (var own in headers.Where(h => h.Key == ClientHeader).ToList())
            {
                headers.Remove(own);
            }

            headers.Add(ClientHeader, other);
        }
        else if (rules.Client is { } client && call.Headers.All(h => h.Name != ClientHeader))
        {
            headers.Add(ClientHeader, client);
        }

        var (status, text, answers) = await SendAsync(call, Rewrite(scenario, call, method), headers, cancellationToken);
        if (status != call.Status)
        {
            return [$"status {call.Status} '{call.Message}' was recorded, found {status} '{text}'"];
        }

        if (status != 0)
        {
            return rules.IsSameText(call, text) ? [] : [$"text '{call.Message}' was recorded, found '{text}'"];
        }

        if (call.Answers is null)
        {
            return [];
        }

        var recorded = call.Answers.Select(method.OutputType.Parser.ParseFrom).ToList();
        var actual = answers.Select(method.OutputType.Parser.ParseFrom).ToList();
        var differences = WireDifference.Between(WireForm.Of(recorded, rules), WireForm.Of(actual, rules)).Take(rules.DifferencesShown).ToList();
        _ids.Learn(recorded, actual);
        if (upload is not null && actual is [GetWriteAccessGrantResponse granted])
        {
            await upload(GetWriteAccessGrantRequest.Parser.ParseFrom(call.Requests[0]), granted.Grant.HttpRequest.Url);
        }

        return (rules.IsKnownDifference(call), differences.Count) switch
        {
            (true, 0) => ["is listed as a known difference, and is none"],
            (true, _) => [],
            _ => differences,
        };
    }

    private IReadOnlyList<byte[]> Rewrite(WireScenario scenario, WireCall call, MethodDescriptor method)
    {
        try
        {
            var messages = call.Requests.Select(method.InputType.Parser.ParseFrom).ToList();
            messages.ForEach(m => _ids.Rewrite(m, url => rules.Place(scenario, url)));
            return [.. messages.Select(m => m.ToByteArray())];
        }
        catch (InvalidProtocolBufferException)
        {
            // Malformed on purpose: sent as it was.
            return call.Requests;
        }
    }

    private async Task<(int Status, string Text, List<byte[]> Answers)> SendAsync(WireCall call, IReadOnlyList<byte[]> requests, Metadata headers, CancellationToken cancellationToken)
    {
        var parts = call.Path.Split('/');
        var method = new Method<byte[], byte[]>(MethodType.DuplexStreaming, parts[1], parts[2], Bytes, Bytes);
        using var sent = _invoker.AsyncDuplexStreamingCall(method, null, new CallOptions(headers, cancellationToken: cancellationToken));
        var answers = new List<byte[]>();
        try
        {
            foreach (var request in requests)
            {
                await sent.RequestStream.WriteAsync(request, cancellationToken);
            }

            await sent.RequestStream.CompleteAsync();
        }
        catch (RpcException)
        {
            // Answered before all was sent: the answer's status tells.
        }
        catch (InvalidOperationException)
        {
            // The same, seen by the writer.
        }

        try
        {
            await foreach (var answer in sent.ResponseStream.ReadAllAsync(cancellationToken))
            {
                answers.Add(answer);
            }

            return (0, "", answers);
        }
        catch (RpcException e)
        {
            return ((int)e.StatusCode, e.Status.Detail, answers);
        }
    }
}
