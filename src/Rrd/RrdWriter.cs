using System.Buffers;
using Google.Protobuf;

namespace Strata.Rrd;

/// <summary>
/// Writes a recording file message by message. All ids are the caller's; nothing in here is random or asks a clock.
/// The footer is left out, with a reason, when Rerun would refuse it. Source: rrd-format §1, §2, §9, §13.1.
/// </summary>
public sealed class RrdWriter
{
    private readonly IBufferWriter<byte> _output;
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
        _output = output;
        _profile = profile;
        var header = output.GetSpan(StreamHeader.Size);
        new StreamHeader(profile.Version, profile.UseLz4 ? StreamHeader.Lz4 : (byte)0).Write(header);
        Advance(StreamHeader.Size);
    }

    /// <summary>Bytes written so far.</summary>
    public long Position { get; private set; }

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
        WriteMessage(MessageKind.SetStoreInfo, message.ToByteArray());
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
        var stream = ChunkEncoding.Encode(chunk);
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

        // The payload may have hundreds of megabytes: it goes into the file as it is, without a copy of the message around it.
        var head = new ArrayBufferWriter<byte>();
        message.WriteHead(head);
        var tail = new ArrayBufferWriter<byte>();
        message.WriteTail(tail);
        var size = (long)head.WrittenCount + payload.Memory.Length + tail.WrittenCount;
        ChunkEncoding.RequireMessageSize(chunk, size);
        store.Add(chunk, Position + MessageHeader.Size, size, stream.Length);
        WriteHeader(MessageKind.ArrowMsg, size);
        Append(head.WrittenSpan);
        Append(payload.Memory.Span);
        Append(tail.WrittenSpan);
    }

    /// <summary>Asks the viewer to use a blueprint that was written before.</summary>
    public void Activate(BlueprintActivation activation)
    {
        ArgumentNullException.ThrowIfNull(activation);
        RequireOpen();
        var message = new Wire.BlueprintActivationCommand
        {
            BlueprintId = WireMessage.From(activation.BlueprintId),
            MakeActive = activation.MakeActive,
            MakeDefault = activation.MakeDefault,
        };
        WriteMessage(MessageKind.BlueprintActivationCommand, message.ToByteArray());
    }

    /// <summary>
    /// Ends the stream with its footer. Returns null, or the reason for which the footer was left out: such a file is whole and
    /// is read by scanning.
    /// </summary>
    public string? Finish()
    {
        RequireOpen();
        _finished = true;
        var footer = new Wire.RrdFooter();
        foreach (var store in _order.Where(store => store.Manifest.Count > 0))
        {
            var part = FooterPart.Of(store.Manifest, store.Schema);
            if (part.Broken is { } broken)
            {
                return $"{store.Id}: {broken}";
            }
            footer.Manifests.Add(part.ToWire(store.Id, _profile.UseLz4));
            _written[store.Id] = new(new RrdStore(store.Id, _sources[store.Id], _profile.Version, part.Schema.Schema, part.Schema.Sha256, part.Manifest), part.TableStream);
        }
        var payload = footer.ToByteArray();
        var start = (ulong)(Position + MessageHeader.Size);
        WriteMessage(MessageKind.End, payload);
        new StreamFooter(start, (ulong)payload.Length, StreamFooter.ChecksumOf(payload)).Write(_output.GetSpan(StreamFooter.Size));
        Advance(StreamFooter.Size);
        return null;
    }

    /// <summary>A store as who opens the finished file will find it.</summary>
    /// <exception cref="InvalidOperationException">The file has no footer (yet), or no chunk of this store.</exception>
    public WrittenStore Written(StoreId storeId) => _written.TryGetValue(storeId, out var store)
        ? store
        : throw new InvalidOperationException($"The footer tells of no store {storeId}: finish the file first, and read one without footer again.");

    private void WriteMessage(MessageKind kind, ReadOnlySpan<byte> payload)
    {
        WriteHeader(kind, payload.Length);
        Append(payload);
    }

    private void WriteHeader(MessageKind kind, long size)
    {
        new MessageHeader((ulong)kind, (ulong)size).Write(_output.GetSpan(MessageHeader.Size));
        Advance(MessageHeader.Size);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        _output.Write(bytes);
        Position += bytes.Length;
    }

    private void Advance(int count)
    {
        _output.Advance(count);
        Position += count;
    }

    private void RequireOpen()
    {
        if (_finished)
        {
            throw new InvalidOperationException("The recording is finished: nothing may follow its footer.");
        }
    }
}
