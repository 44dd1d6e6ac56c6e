using System.Buffers;
using Google.Protobuf;

namespace Strata.Rrd;

/// <summary>
/// Writes a recording file message by message. All ids are the caller's; nothing in here is random or asks a clock.
/// The footer is left out, with a reason, when Rerun would refuse it. Source: rrd-format §1, §2, §9, §13.1.
/// </summary>
public sealed class RrdWriter
{
    private readonly MessageFraming _messages;
    private readonly WriterProfile _profile;
    private readonly Dictionary<StoreId, StoreState> _stores = [];
    private readonly List<StoreState> _order = [];
    private readonly Dictionary<StoreId, StoreSource> _sources = [];
    private readonly Dictionary<StoreId, WrittenStore> _written = [];
    private bool _finished;

    /// <summary>Writes the stream header.</summary>
    public RrdWriter(IBufferWriter<byte> output, WriterProfile profile)
    {
        ArgumentNullException.ThrowIfNull(output);
        ArgumentNullException.ThrowIfNull(profile);
        _messages = new MessageFraming(output);
        _profile = profile;
        _messages.Start(profile.Version, profile.UseLz4);
    }

    /// <summary>Bytes written so far.</summary>
    public long Position => _messages.Position;

    /// <summary>Announces a store; to be done once for each, before its chunks.</summary>
    /// <exception cref="ArgumentException">An id is empty, or Rerun would rewrite the application id.</exception>
    public void SetStoreInfo(StoreId storeId, StoreSource source, Tuid rowId)
    {
        ArgumentNullException.ThrowIfNull(storeId);
        ArgumentNullException.ThrowIfNull(source);
        RequireOpen();
        ArgumentException.ThrowIfNullOrEmpty(storeId.RecordingId, nameof(storeId));
        ArgumentException.ThrowIfNullOrEmpty(storeId.ApplicationId, nameof(storeId));
        if (ApplicationId.Normalise(storeId.ApplicationId) != storeId.ApplicationId)
        {
            throw new ArgumentException($"Expected a normalised application id, found '{storeId.ApplicationId}': use ApplicationId.Normalise.", nameof(storeId));
        }
        if (!_stores.TryAdd(storeId, new StoreState(storeId)))
        {
            throw new ArgumentException($"The store {storeId} was announced before.", nameof(storeId));
        }
        _order.Add(_stores[storeId]);
        _sources[storeId] = source;
        var message = new Wire.SetStoreInfo
        {
            RowId = WireMessage.From(rowId),
            Info = new Wire.StoreInfo
            {
                StoreId = WireMessage.From(storeId),
                StoreSource = new Wire.StoreSource
                {
                    Kind = (Wire.StoreSourceKind)source.Kind,
                    Extra = new Wire.StoreSourceExtra { Payload = ByteString.CopyFromUtf8(source.Description) },
                },
                StoreVersion = new Wire.StoreVersion { CrateVersionBits = _profile.Version.Bits },
            },
        };
        _messages.Message(MessageKind.SetStoreInfo, message.ToByteArray());
    }

    /// <summary>Writes one chunk.</summary>
    /// <exception cref="ArgumentException">The store is not announced.</exception>
    /// <exception cref="ChunkRefusedException">Rerun would refuse, drop or misread the chunk; nothing of it was written.</exception>
    public void WriteChunk(StoreId storeId, Chunk chunk)
    {
        ArgumentNullException.ThrowIfNull(storeId);
        ArgumentNullException.ThrowIfNull(chunk);
        RequireOpen();
        if (!_stores.TryGetValue(storeId, out var store))
        {
            throw new ArgumentException($"The store {storeId} must be announced by SetStoreInfo before its chunks.", nameof(storeId));
        }
        store.Require(chunk);
        using var encoded = ChunkEncoding.Encode(chunk);
        var stream = encoded.Memory;
        using var payload = IpcCompression.Compress(stream, _profile.UseLz4);
        var message = new ArrowMsg
        {
            StoreId = WireMessage.From(storeId),
            Compression = payload.Compression,
            UncompressedSize = (ulong)stream.Length,
            Encoding = ArrowMsg.ArrowIpc,
            Payload = payload.Memory,
            ChunkId = chunk.Id,
            IsStatic = chunk.IsStatic,
        };

        var envelope = ArrowMsgEnvelope.Of(message);
        ChunkEncoding.RequireMessageSize(chunk, envelope.Size);
        store.Add(chunk, _messages.NextPayload, envelope.Size, stream.Length);
        _messages.ChunkHead(envelope);
        _messages.Bytes(payload.Memory.Span);
        _messages.Bytes(envelope.Tail.Span);
    }

    /// <summary>Asks the viewer to use a blueprint that was written before.</summary>
    public void Activate(BlueprintActivation activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        RequireOpen();
        _messages.Activation(activation);
    }

    /// <summary>
    /// Ends the stream with its footer. Returns null, or the reason for which the footer was left out: such a file is whole and
    /// is read by scanning.
    /// </summary>
    public string? Finish()
    {
        RequireOpen();
        _finished = true;
        var footer = FooterMessage.Of(_order.Select(store => (store.Id, store.Manifest, store.Schema)));
        foreach (var (store, part) in footer.Parts)
        {
            _written[store] = new(new RrdStore(store, _sources[store], _profile.Version, part.Schema.Schema, part.Schema.Sha256, part.Manifest), part.TableStream);
        }
        if (footer.Broken is null)
        {
            _messages.End(footer.ToPayload(_profile.UseLz4));
        }
        return footer.Broken;
    }

    /// <summary>A store as who opens the finished file will find it.</summary>
    /// <exception cref="InvalidOperationException">The file has no footer (yet), or no chunk of this store.</exception>
    public WrittenStore Written(StoreId storeId) => _written.TryGetValue(storeId, out var store)
        ? store
        : throw new InvalidOperationException($"The footer tells of no store {storeId}: finish the file first, and read one without footer again.");

    private void RequireOpen()
    {
        if (_finished)
        {
            throw new InvalidOperationException("The recording is finished: nothing may follow its footer.");
        }
    }
}
