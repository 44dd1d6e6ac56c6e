using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Strata.Bench;

/// <summary>The REST calls that are measured. Each time is from sending the request until its whole answer was read.</summary>
internal sealed class StrataClient(Uri server) : IDisposable
{
    private readonly HttpClient _http = new() { BaseAddress = server, Timeout = Timeout.InfiniteTimeSpan };

    public async Task<bool> IsHealthyAsync(CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri("/health", UriKind.Relative), cancellationToken);
        return response.IsSuccessStatusCode;
    }

    /// <param name="rules"><c>none</c> or <c>howto</c>.</param>
    /// <param name="keep"><c>reference</c> or <c>copy</c>.</param>
    /// <param name="wait">Until every rule was evaluated.</param>
    public async Task<double> RegisterAsync(string dataset, IReadOnlyList<string> files, string rules, string keep, bool wait, CancellationToken cancellationToken)
    {
        var body = new JsonObject
        {
            ["sources"] = new JsonArray([.. files.Select(file => new JsonObject { ["path"] = file, ["url"] = new Uri(file).AbsoluteUri })]),
            ["rules"] = rules,
            ["keep"] = keep,
            ["wait"] = wait,
        };
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        var clock = Stopwatch.StartNew();
        using var response = await _http.PostAsync(new Uri($"/api/v1/datasets/{dataset}/recordings", UriKind.Relative), content, cancellationToken);
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        using var json = JsonDocument.Parse(answer);
        var registered = response.IsSuccessStatusCode
            ? json.RootElement.GetProperty("recordings").EnumerateArray().Count(r => r.GetProperty("status").GetString() == "registered")
            : 0;
        return registered == files.Count
            ? seconds
            : throw new InvalidOperationException($"expected {files.Count} recordings to be registered, found {registered}: {Encoding.UTF8.GetString(answer[..Math.Min(answer.Length, 2_000)])}");
    }

    /// <param name="property">Column that must hold a value in every row, or null.</param>
    public async Task<double> SegmentsAsync(string dataset, int expected, string? property, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        using var response = await _http.GetAsync(new Uri($"/api/v1/datasets/{dataset}/segments", UriKind.Relative), cancellationToken);
        response.EnsureSuccessStatusCode();
        var answer = await response.Content.ReadAsByteArrayAsync(cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        using var json = JsonDocument.Parse(answer);
        var rows = json.RootElement.GetProperty("rows");
        var whole = rows.EnumerateArray().Count(row => property is null || (row.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null));
        return rows.GetArrayLength() == expected && whole == expected
            ? seconds
            : throw new InvalidOperationException($"expected {expected} segments with {property ?? "their columns"}, found {rows.GetArrayLength()} segments, {whole} of them with it");
    }

    /// <returns>Bytes that were proved, and seconds until it was answered.</returns>
    public async Task<(long Bytes, double Seconds)> VerifyAsync(string dataset, CancellationToken cancellationToken)
    {
        using var content = new StringContent("{}", Encoding.UTF8, "application/json");
        var clock = Stopwatch.StartNew();
        using var response = await _http.PostAsync(new Uri($"/api/v1/datasets/{dataset}/verify", UriKind.Relative), content, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        var seconds = clock.Elapsed.TotalSeconds;
        using var json = JsonDocument.Parse(answer);
        return response.IsSuccessStatusCode && json.RootElement.GetProperty("different").GetArrayLength() == 0
            ? (json.RootElement.GetProperty("read_bytes").GetInt64(), seconds)
            : throw new InvalidOperationException($"expected everything to be equal, found {answer[..Math.Min(answer.Length, 2_000)]}");
    }

    /// <returns>How many segments have a value in that column; 0 while there is no such dataset.</returns>
    public async Task<int> CountAsync(string dataset, string property, CancellationToken cancellationToken) =>
        await RowsAsync($"/api/v1/datasets/{dataset}/segments", cancellationToken) is { } rows ? rows.EnumerateArray().Count(row => Has(row, property)) : 0;

    /// <summary>Whether that one segment has a value in that column.</summary>
    public async Task<bool> HasAsync(string dataset, string segment, string property, CancellationToken cancellationToken) =>
        await RowsAsync($"/api/v1/datasets/{dataset}/segments?segments={Uri.EscapeDataString(segment)}", cancellationToken) is { } rows && rows.GetArrayLength() == 1 && Has(rows[0], property);

    /// <returns>Seconds until it was answered.</returns>
    public async Task<double> UploadAsync(string sha256, byte[] bytes, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Put, new Uri($"/recordings/{sha256}", UriKind.Relative)) { Content = new ByteArrayContent(bytes) };

        // What is known or refused is answered before it is sent; it costs small files a round trip, and this client sends what is known all the same.
        request.Headers.ExpectContinue = bytes.Length > (1 << 20);
        var clock = Stopwatch.StartNew();
        using var response = await _http.SendAsync(request, cancellationToken);
        response.EnsureSuccessStatusCode();
        await response.Content.ReadAsByteArrayAsync(cancellationToken);
        return clock.Elapsed.TotalSeconds;
    }

    /// <param name="body">Null: none.</param>
    /// <returns>What was answered.</returns>
    public async Task<JsonElement> AskAsync(HttpMethod method, string path, JsonObject? body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        request.Content = body is null ? null : new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await _http.SendAsync(request, cancellationToken);
        var answer = await response.Content.ReadAsStringAsync(cancellationToken);
        return response.IsSuccessStatusCode ? JsonElement.Parse(answer) : throw new InvalidOperationException($"{method} {path} was answered with {(int)response.StatusCode}: {answer}");
    }

    public void Dispose() => _http.Dispose();

    private static bool Has(JsonElement row, string property) => row.TryGetProperty(property, out var value) && value.ValueKind != JsonValueKind.Null;

    private async Task<JsonElement?> RowsAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await _http.GetAsync(new Uri(path, UriKind.Relative), cancellationToken);
        if (response.StatusCode == System.Net.HttpStatusCode.NotFound)
        {
            return null;
        }

        response.EnsureSuccessStatusCode();
        return JsonElement.Parse(await response.Content.ReadAsByteArrayAsync(cancellationToken)).GetProperty("rows");
    }
}
