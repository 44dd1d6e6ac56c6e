using System.Text.Json;
using System.Text.Json.Serialization;

namespace Strata.Cli;

/// <summary>What a server leaves in its data directory, so that commands find it. True only while the directory's lock is held.</summary>
internal sealed record RunningServer(string Url, int ProcessId, DateTimeOffset StartedAt, string Version)
{
    /// <summary>SHA-256 of the certificate that it shows, in hexadecimal: this file is as good a witness as any authority. Null without TLS.</summary>
    public string? CertificateSha256 { get; init; }

    public bool RequiresToken { get; init; }

    /// <summary>The file of the secret by which it checks tokens; null: that of the data directory.</summary>
    public string? TokenSecret { get; init; }

    public static RunningServer? Read(DataDirectory data)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(data.ServerFile), RunningServerJson.Default.RunningServer);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    public void Write(DataDirectory data)
    {
        var temporary = data.ServerFile + ".tmp";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(this, RunningServerJson.Default.RunningServer));
        File.Move(temporary, data.ServerFile, overwrite: true);
    }

    public static void Remove(DataDirectory data) => File.Delete(data.ServerFile);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(RunningServer))]
internal sealed partial class RunningServerJson : JsonSerializerContext;
