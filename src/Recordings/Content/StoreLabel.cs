using System.Buffers.Text;
using System.Text;

namespace Strata.Recordings;

/// <summary>One small file that is written whole or not at all.</summary>
internal interface ILabelFile
{
    /// <returns>Its first bytes, at most so many; null: there is none.</returns>
    Task<ReadOnlyMemory<byte>?> ReadAsync(int most, CancellationToken cancellationToken);

    /// <param name="onlyNew">Not in place of one that is there.</param>
    /// <returns>False: there is one.</returns>
    Task<bool> WriteAsync(ReadOnlyMemory<byte> bytes, bool onlyNew, CancellationToken cancellationToken);
}

/// <param name="place">As errors name the store.</param>
internal sealed class StoreLabel(string place, ILabelFile file, IContent content) : IStoreLabel
{
    /// <summary>Below the folder of copies.</summary>
    public const string FileName = "store.id";

    /// <summary>An id has 36 bytes and a line end: what is longer is none.</summary>
    private const int MostBytes = 64;

    public string Place => place;

    public async Task<Guid?> ReadAsync(CancellationToken cancellationToken) => await file.ReadAsync(MostBytes, cancellationToken) is { } bytes ? Parse(bytes.Span) : null;

    public Task<bool> TryWriteAsync(Guid id, CancellationToken cancellationToken) => file.WriteAsync(TextOf(id), onlyNew: true, cancellationToken);

    public Task ReplaceAsync(Guid id, CancellationToken cancellationToken) => file.WriteAsync(TextOf(id), onlyNew: false, cancellationToken);

    public ValueTask<bool> HoldsAnyAsync(CancellationToken cancellationToken) => content.AllAsync(cancellationToken).AnyAsync(f => f.Location is not null, cancellationToken);

    public ValueTask<bool> HoldsAsync(string location, CancellationToken cancellationToken) => content.IsThereAsync(location, cancellationToken);

    private static byte[] TextOf(Guid id) => Encoding.ASCII.GetBytes($"{id:D}\n");

    private static Guid Parse(ReadOnlySpan<byte> bytes)
    {
        var text = bytes.TrimEnd("\r\n"u8);
        return Utf8Parser.TryParse(text, out Guid id, out var read, 'D') && read == text.Length ? id : Guid.Empty;
    }
}
