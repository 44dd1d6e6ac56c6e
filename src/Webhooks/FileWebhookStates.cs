using System.Text.Json;

namespace Strata.Webhooks;

/// <summary>One small file a hook, replaced whole.</summary>
/// <param name="folder">Made when there is something to write.</param>
public sealed class FileWebhookStates(string folder) : IWebhookStates
{
    public async Task<WebhookState?> ReadAsync(string hook, CancellationToken cancellationToken)
    {
        var path = PathOf(hook);
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(path, cancellationToken), WebhookStateJson.Default.WebhookState)
                ?? throw new InvalidDataException($"{path}: expected the state of a webhook, found null; remove the file, and the hook begins at the end of the log");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path}: expected the state of a webhook, found other text ({e.Message}); remove the file, and the hook begins at the end of the log");
        }
    }

    public async Task WriteAsync(string hook, WebhookState state, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var path = PathOf(hook);
        var unfinished = path + ".tmp";
        await using (var file = new FileStream(unfinished, FileMode.Create, FileAccess.Write))
        {
            await JsonSerializer.SerializeAsync(file, state, WebhookStateJson.Default.WebhookState, cancellationToken);
            file.Flush(flushToDisk: true);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    private string PathOf(string hook) => Path.Combine(folder, $"{Uri.EscapeDataString(hook)}.json");
}
