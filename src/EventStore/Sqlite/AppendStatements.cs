using System.Collections.Immutable;
using System.Security.Cryptography;
using Strata.Contracts;

namespace Strata.EventStore.Sqlite;

/// <summary>One append inside the writer's transaction. Its writes are kept only when the result is <see cref="AppendResult.Appended"/>.</summary>
internal sealed class AppendStatements(WriteSession session)
{
    private const int GuidTextBytes = 36;

    private readonly GuardStatements _guards = new(session);

    private Statement FindCommand => session.Prepared("SELECT last_position, event_count, positions FROM strata_commands WHERE command_id = ?1");

    private Statement AddCommand => session.Prepared("INSERT INTO strata_commands (command_id, last_position, event_count, recorded_at_ns) VALUES (?1, ?2, ?3, ?4)");

    private Statement AddBlob => session.Prepared("INSERT INTO strata_blobs (hash, content) VALUES (?1, ?2) ON CONFLICT DO NOTHING");

    private Statement FindStream => session.Prepared("SELECT version FROM mt_streams WHERE id = ?1");

    private Statement AddStream => session.Prepared("INSERT INTO mt_streams (id, version, timestamp, created) VALUES (?1, ?2, ?3, ?3)");

    private Statement GrowStream => session.Prepared("UPDATE mt_streams SET version = ?2, timestamp = ?3 WHERE id = ?1");

    private Statement AddEvent => session.Prepared("""
        INSERT INTO mt_events (seq_id, id, stream_id, version, data, type, timestamp, mt_dotnet_type, headers) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        """);

    public Written<AppendResult> Run(EncodedAppend append)
    {
        if (Known(append.CommandId) is { } known)
        {
            return new(known, Keep: false);
        }

        if (_guards.Apply(append.Guards) is { } refused)
        {
            return new(refused, Keep: false);
        }

        var recordedAtNs = Math.Max(session.NowNs, session.LastRecordedAtNs + 1);
        if (AppendStreams(append, recordedAtNs) is { } conflict)
        {
            return new(conflict, Keep: false);
        }

        AppendBlobs(append.Blobs);
        var first = session.Head + 1;
        var last = session.Head + append.EventCount;
        AddCommand.Bind(1, append.CommandId).Bind(2, last).Bind(3, append.EventCount).Bind(4, recordedAtNs).Run();
        session.Advance(last, recordedAtNs);
        return new(new AppendResult.Appended(last, CommandPositions.Consecutive(first, append.EventCount), recordedAtNs), Keep: true);
    }

    private AppendResult.Known? Known(string commandId)
    {
        var find = FindCommand.Bind(1, commandId);
        try
        {
            if (!find.Step())
            {
                return null;
            }

            return new(find.Int64(0), CommandPositions.Read(find, 0));
        }
        finally
        {
            find.Reset();
        }
    }

    private AppendResult.VersionConflict? AppendStreams(EncodedAppend append, long recordedAtNs)
    {
        var timestamp = UnixTime.Iso(recordedAtNs);
        AddEvent.Bind(7, timestamp);
        byte[]? headers = null;
        string? trace = null;
        var position = session.Head;
        foreach (var stream in append.Streams)
        {
            var version = FindStream.Bind(1, stream.StreamId).ReadInt64() ?? 0;
            if (stream.ExpectedVersion != StreamAppend.AnyVersion && stream.ExpectedVersion != version)
            {
                return new(stream.StreamId, stream.ExpectedVersion, version);
            }

            if (stream.Events.Length > 0)
            {
                if (headers is null || trace != stream.TraceParent)
                {
                    trace = stream.TraceParent;
                    headers = new EventHeaders(append.CommandId, recordedAtNs, StrataVersion.Current, Exact: null) { TraceParent = trace }.ToJson();
                    AddEvent.BindUtf8(9, headers);
                }

                (version == 0 ? AddStream : GrowStream).Bind(1, stream.StreamId).Bind(2, version + stream.Events.Length).Bind(3, timestamp).Run();
                AppendEvents(stream, version, ref position);
            }
        }

        return null;
    }

    private void AppendEvents(EncodedStream stream, long version, ref long position)
    {
        Span<byte> id = stackalloc byte[GuidTextBytes];
        var add = AddEvent.Bind(3, stream.StreamId);
        foreach (var encoded in stream.Events)
        {
            Guid.NewGuid().TryFormat(id, out _);
            add.Bind(1, ++position).BindUtf8(2, id).Bind(4, ++version);
            add.BindUtf8(5, encoded.Json).BindUtf8(6, encoded.Type.Alias).BindUtf8(8, encoded.Type.DotnetType).Run();
        }
    }

    private void AppendBlobs(ImmutableArray<Blob> blobs)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        foreach (var blob in blobs)
        {
            blob.Hash.CopyTo(hash);
            AddBlob.BindBlob(1, hash).BindBlob(2, blob.Content.Span).Run();
        }
    }
}
