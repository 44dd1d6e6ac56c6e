using Google.Protobuf;
using Strata.Arrow;

namespace Strata.Rrd.Editing;

/// <summary>
/// Writes a stream out of messages that were read elsewhere: payloads as they lay there, or chunks encoded anew. One message lies in memory at a time;
/// what is kept is what the footer needs. Source: rrd-format §1, §2, §9.
/// </summary>
internal sealed class RecordingOutput(Stream stream, WriterProfile profile)
{
    private const string FewerStores = "Merge fewer recordings into one file.";

    private readonly MessageStream _messages = new(stream);
    private readonly Dictionary<StoreId, OutputStore> _stores = [];
    private readonly List<OutputStore> _order = [];
    private readonly NameBudget _names = new();
    private string? _undecoded;

    /// <summary>Bytes written so far.</summary>
    public long Position => _messages.Position;

    public long Chunks { get; private set; }

    public IEnumerable<OutputStore> Stores => _order;

    /// <summary>Writes the stream's header, unless it is there: with the version of the profile, or that of an input that is newer.</summary>
    public ValueTask StartAsync(CrateVersion version, CancellationToken cancellationToken)
    {
        if (Position > 0)
        {
            return ValueTask.CompletedTask;
        }
        var own = profile.Version;
        var newest = (version.Major, version.Minor, version.Patch).CompareTo((own.Major, own.Minor, own.Patch)) > 0 ? version : own;
        _messages.Framing.Start(newest, profile.UseLz4);
        return _messages.FlushAsync(cancellationToken);
    }

    /// <summary>Announces a store. What a complete announcement lacks is filled in; one that says nothing new is not repeated.</summary>
    public ValueTask AnnounceAsync(StoreId id, Wire.SetStoreInfo info, CancellationToken cancellationToken)
    {
        Announce(Store(id), info);
        return _messages.FlushAsync(cancellationToken);
    }

    /// <summary>Whether the store has a chunk of this id, so that readers would ignore another one.</summary>
    public bool Has(StoreId id, Tuid chunk) => _stores.TryGetValue(id, out var store) && store.ChunkIds.Contains(chunk);

    /// <summary>Writes a stored payload as it is, with the head that today's readers expect.</summary>
    /// <param name="chunk">What is in the payload.</param>
    /// <exception cref="RrdFormatException">The chunk contradicts earlier ones, or the footer would grow beyond its bounds.</exception>
    public ValueTask RelayAsync(StoreId id, Chunk chunk, in ArrowMsg message, CancellationToken cancellationToken)
    {
        var isLz4 = message.Compression == ArrowMsg.Lz4;
        return WriteChunkAsync(id, chunk, message with
        {
            StoreId = WireMessage.From(id),
            Compression = isLz4 ? ArrowMsg.Lz4 : ArrowMsg.NoCompression,
            UncompressedSize = isLz4 ? message.UncompressedSize : (ulong)message.Payload.Length,
            ChunkId = chunk.Id,
            IsStatic = chunk.IsStatic,
        }, cancellationToken);
    }

    /// <summary>Writes a chunk encoded anew.</summary>
    /// <exception cref="ChunkRefusedException">It is larger than readers take.</exception>
    /// <exception cref="RrdFormatException">The chunk contradicts earlier ones, or the footer would grow beyond its bounds.</exception>
    public async ValueTask EncodeAsync(StoreId id, Chunk chunk, CancellationToken cancellationToken)
    {
        using var encoded = ChunkEncoding.Encode(ChunkRows.Trimmed(chunk));
        var ipc = encoded.Memory;
        using var payload = IpcCompression.Compress(ipc, profile.UseLz4);
        await WriteChunkAsync(id, chunk, new ArrowMsg
        {
            StoreId = WireMessage.From(id),
            Compression = payload.Compression,
            UncompressedSize = (ulong)ipc.Length,
            Encoding = ArrowMsg.ArrowIpc,
            Payload = payload.Memory,
            ChunkId = chunk.Id,
            IsStatic = chunk.IsStatic,
        }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Writes a stored payload of which only its place in a manifest is known.</summary>
    /// <param name="row">Of <paramref name="manifest"/>.</param>
    /// <param name="schema">Of the store that the manifest is of.</param>
    /// <exception cref="RrdFormatException">The manifest contradicts earlier ones, or the footer would grow beyond its bounds.</exception>
    public ValueTask RelayAsync(StoreId id, RrdManifest manifest, int row, Schema schema, in ArrowMsg message, CancellationToken cancellationToken)
    {
        var entry = manifest[row];
        var written = message with { StoreId = WireMessage.From(id), ChunkId = entry.Id, IsStatic = entry.IsStatic };
        var envelope = ArrowMsgEnvelope.Of(written);
        var store = AnnouncedStore(id);
        store.Manifest.Add(manifest, row, _messages.Framing.NextPayload, envelope.Size);
        if (!ReferenceEquals(store.KnownSchema, schema))
        {
            store.Schema.Add(schema);
            store.KnownSchema = schema;
        }
        store.ChunkIds.Add(entry.Id);
        Chunks++;
        return _messages.ChunkAsync(envelope, written.Payload, cancellationToken);
    }

    /// <summary>Writes a stored payload that nobody here can decode. A footer would hide it, so that the file gets none.</summary>
    /// <param name="why">What was found instead of a chunk.</param>
    public ValueTask RelayUndecodedAsync(StoreId id, in ArrowMsg message, string why, CancellationToken cancellationToken)
    {
        var store = AnnouncedStore(id);
        if (message.ChunkId is { } chunk)
        {
            store.ChunkIds.Add(chunk);
        }
        _undecoded ??= why;
        Chunks++;
        return _messages.ChunkAsync(ArrowMsgEnvelope.Of(message with { StoreId = WireMessage.From(id) }), message.Payload, cancellationToken);
    }

    public ValueTask ActivateAsync(BlueprintActivation activation, CancellationToken cancellationToken)
    {
        _messages.Framing.Activation(activation);
        return _messages.FlushAsync(cancellationToken);
    }

    /// <summary>Ends the stream with its footer. Returns null, or why a footer would be refused or hide something, and is left out.</summary>
    public async ValueTask<string?> FinishAsync(CancellationToken cancellationToken)
    {
        await StartAsync(profile.Version, cancellationToken).ConfigureAwait(false);
        var footer = FooterMessage.Of(_order.Select(store => (store.Id, store.Manifest, store.Schema)));
        var leftOut = _undecoded ?? footer.Broken;
        if (leftOut is null)
        {
            _messages.Framing.End(footer.ToPayload(profile.UseLz4));
        }
        await _messages.FlushAsync(cancellationToken).ConfigureAwait(false);
        await stream.FlushAsync(cancellationToken).ConfigureAwait(false);
        return leftOut;
    }

    private ValueTask WriteChunkAsync(StoreId id, Chunk chunk, in ArrowMsg message, CancellationToken cancellationToken)
    {
        var envelope = ArrowMsgEnvelope.Of(message);
        ChunkEncoding.RequireMessageSize(chunk, envelope.Size);
        var store = AnnouncedStore(id);
        _names.Charge((store.Manifest.Knows(chunk.EntityPath) ? 0 : chunk.EntityPath.ToString().Length) + store.Schema.NewNameChars(chunk), Position);
        store.Manifest.Add(chunk, _messages.Framing.NextPayload, envelope.Size, (long)message.UncompressedSize);
        store.Schema.Add(chunk);
        store.ChunkIds.Add(chunk.Id);
        Chunks++;
        return _messages.ChunkAsync(envelope, message.Payload, cancellationToken);
    }

    private void Announce(OutputStore store, Wire.SetStoreInfo info)
    {
        var written = StoreAnnouncement.Of(store.Id, info);
        // The SDK announces a store twice, under two row ids.
        if (!written.Info.Equals(store.Announced))
        {
            store.Announced = written.Info;
            _messages.Framing.Message(MessageKind.SetStoreInfo, written.ToByteArray());
        }
    }

    private OutputStore Store(StoreId id)
    {
        if (!_stores.TryGetValue(id, out var store))
        {
            if (_order.Count >= RrdLimits.MaxStores)
            {
                throw new RrdFormatException(Position, $"at most {RrdLimits.MaxStores} stores in one file", $"another one, {id}", FewerStores);
            }
            _stores.Add(id, store = new OutputStore(id));
            _order.Add(store);
        }
        return store;
    }

    // Rerun's server opens no file that has chunks of a store which was not announced before them (§2.1).
    private OutputStore AnnouncedStore(StoreId id)
    {
        var store = Store(id);
        if (store.Announced is null)
        {
            Announce(store, StoreAnnouncement.OfUnknown);
        }
        return store;
    }
}
