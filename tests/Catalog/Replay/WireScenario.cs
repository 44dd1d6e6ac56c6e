using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Strata.Catalog.Tests.Replay;

/// <summary>
/// One recorded conversation between the real client and the real server. The recordings lie in <c>tests/Data/wire</c>: a folder a client generation, in it a
/// folder a scenario with one file a call, and long messages in <c>blobs</c>.
/// </summary>
internal sealed record WireScenario(string Generation, string Name, IReadOnlyList<WireCall> Calls)
{
    public static string Root { get; } = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(ThisFile())!, "../../Data/wire"));

    public static WireScenario Load(string generation, string name)
    {
        var folder = Path.Combine(Root, generation, name);
        return new(generation, name, [.. Directory.EnumerateFiles(folder, "*.json").Where(IsCall).Order(StringComparer.Ordinal).Select(WireCall.Load)]);
    }

    private static bool IsCall(string file) => char.IsAsciiDigit(Path.GetFileName(file)[0]);

    private static string ThisFile([CallerFilePath] string path = "") => path;
}

/// <param name="Headers">Those that the client itself set, in wire order.</param>
/// <param name="Requests">Each message without its prefix.</param>
/// <param name="Status">Null when the recording ended before the call did.</param>
/// <param name="Answers">Null when the recording left them out.</param>
/// <param name="IsPlain">False for a request that was compressed or framed in another way on purpose.</param>
internal sealed record WireCall(
    string File,
    string Method,
    string Path,
    IReadOnlyList<(string Name, string Value)> Headers,
    IReadOnlyList<byte[]> Requests,
    int? Status,
    string? Message,
    IReadOnlyList<byte[]>? Answers,
    bool IsPlain)
{
    public static WireCall Load(string file)
    {
        using var json = JsonDocument.Parse(System.IO.File.ReadAllBytes(file));
        var call = json.RootElement;
        var (request, response) = (call.GetProperty("request"), call.GetProperty("response"));
        var headers = request.GetProperty("headers").EnumerateArray().Select(h => (Name: h[0].GetString()!, Value: h[1].GetString()!)).ToList();
        var (asked, answered) = (request.GetProperty("messages"), response.GetProperty("messages"));
        return new(
            System.IO.Path.GetFileNameWithoutExtension(file),
            call.GetProperty("method").GetString()!,
            call.GetProperty("path").GetString()!,
            [.. headers.Where(h => h.Name.StartsWith("x-", StringComparison.Ordinal) || h.Name == "authorization")],
            [.. asked.EnumerateArray().Select(BytesOf)],
            response.TryGetProperty("grpc_status", out var status) && status.ValueKind == JsonValueKind.Number ? status.GetInt32() : null,
            response.TryGetProperty("grpc_message", out var message) ? message.GetString() : null,
            answered.EnumerateArray().Any(m => m.TryGetProperty("omitted", out _)) ? null : [.. answered.EnumerateArray().Select(BytesOf)],
            headers.TrueForAll(h => h.Name != "grpc-encoding") && asked.EnumerateArray().All(m => m.GetProperty("flag").GetInt32() == 0));
    }

    private static byte[] BytesOf(JsonElement message) => message.TryGetProperty("base64", out var text)
        ? Convert.FromBase64String(text.GetString()!)
        : System.IO.File.ReadAllBytes(System.IO.Path.Combine(WireScenario.Root, "blobs", message.GetProperty("blob").GetString()! + ".bin"));
}
