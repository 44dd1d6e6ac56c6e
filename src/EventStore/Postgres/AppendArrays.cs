using System.Diagnostics;
using Npgsql;
using NpgsqlTypes;
using Strata.Contracts;

namespace Strata.EventStore.Postgres;

/// <summary>An append as the arrays that <c>strata.append</c> takes.</summary>
internal sealed class AppendArrays
{
    private const string Sql = """
        select is_known, last_position, positions, recorded_at_ns
          from strata.append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22, $23, $24)
        """;

    private readonly EncodedAppend _append;
    private readonly string[] _streamIds;
    private readonly long[] _streamCounts;
    private readonly List<Check> _checks = [];
    private readonly Guid[] _ids;
    private readonly int[] _streams;
    private readonly string[] _eventStreamIds;
    private readonly long[] _steps;
    private readonly string[] _types;
    private readonly string[] _dotnetTypes;
    private readonly byte[][] _data;
    private readonly string?[] _exact;
    private readonly string?[] _traces;

    public AppendArrays(EncodedAppend append)
    {
        _append = append;
        _streamIds = SortedBytewise(append.Streams.Select(s => s.StreamId));
        _streamCounts = new long[_streamIds.Length];
        (_ids, _streams, _eventStreamIds, _steps) = (new Guid[append.EventCount], new int[append.EventCount], new string[append.EventCount], new long[append.EventCount]);
        (_types, _dotnetTypes, _data, _exact) = (new string[append.EventCount], new string[append.EventCount], new byte[append.EventCount][], new string?[append.EventCount]);
        _traces = new string?[append.EventCount];
        var indexes = _streamIds.Select((id, index) => (id, index)).ToDictionary(s => s.id, s => s.index, StringComparer.Ordinal);
        var next = 0;
        foreach (var stream in append.Streams)
        {
            next = Add(stream, indexes[stream.StreamId], next);
        }
    }

    /// <param name="Stream">Index of the stream, from 0.</param>
    /// <param name="Before">What this append adds to the stream before the check.</param>
    private readonly record struct Check(int Stream, long Expected, long Before);

    public void Bind(NpgsqlCommand command, long? nowNs)
    {
        command.CommandText = Sql;
        Add(command, NpgsqlDbType.Text, _append.CommandId);
        Add(command, NpgsqlDbType.Bigint, (object?)nowNs ?? DBNull.Value);
        Add(command, NpgsqlDbType.Text, StrataVersion.Current);
        AddArray(command, NpgsqlDbType.Text, _streamIds);
        AddArray(command, NpgsqlDbType.Bigint, _streamCounts);
        AddArray(command, NpgsqlDbType.Integer, _checks.Select(c => c.Stream + 1).ToArray());
        AddArray(command, NpgsqlDbType.Bigint, _checks.Select(c => c.Expected).ToArray());
        AddArray(command, NpgsqlDbType.Bigint, _checks.Select(c => c.Before).ToArray());
        var guards = _append.Guards.Select(GuardRowOf).ToArray();
        AddArray(command, NpgsqlDbType.Text, Array.ConvertAll(guards, g => g.Kind));
        AddArray(command, NpgsqlDbType.Text, Array.ConvertAll(guards, g => g.Scope));
        AddArray(command, NpgsqlDbType.Text, Array.ConvertAll(guards, g => g.Key));
        AddArray(command, NpgsqlDbType.Text, Array.ConvertAll(guards, g => g.Value));
        AddArray(command, NpgsqlDbType.Text, Array.ConvertAll(guards, g => g.Expected));
        AddArray(command, NpgsqlDbType.Bytea, _append.Blobs.Select(b => b.Hash.ToBytes()).ToArray());
        AddArray(command, NpgsqlDbType.Bytea, _append.Blobs.Select(b => b.Content.ToArray()).ToArray());
        AddArray(command, NpgsqlDbType.Uuid, _ids);
        AddArray(command, NpgsqlDbType.Integer, _streams);
        AddArray(command, NpgsqlDbType.Text, _eventStreamIds);
        AddArray(command, NpgsqlDbType.Bigint, _steps);
        AddArray(command, NpgsqlDbType.Text, _types);
        AddArray(command, NpgsqlDbType.Text, _dotnetTypes);
        AddArray(command, NpgsqlDbType.Jsonb, _data);
        AddArray(command, NpgsqlDbType.Text, _exact);
        AddArray(command, NpgsqlDbType.Text, Array.Exists(_traces, t => t is not null) ? _traces : []);
    }

    /// <param name="check">Which check, from 0, as <c>strata.check_versions</c> counts them.</param>
    public AppendResult.VersionConflict ConflictOf(int check, long actual) => new(_streamIds[_checks[check].Stream], _checks[check].Expected, actual);

    /// <param name="guard">Which guard, from 0.</param>
    public AppendResult.GuardRefused RefusalOf(int guard, string? found) => new(_append.Guards[guard], found);

    private int Add(EncodedStream stream, int index, int next)
    {
        var before = _streamCounts[index];
        if (stream.ExpectedVersion != StreamAppend.AnyVersion)
        {
            _checks.Add(new(index, stream.ExpectedVersion, before));
        }

        foreach (var encoded in stream.Events)
        {
            var keeps = JsonbText.Keeps(encoded.Json);
            (_ids[next], _streams[next], _eventStreamIds[next], _steps[next]) = (Guid.NewGuid(), index + 1, stream.StreamId, ++before);
            (_types[next], _dotnetTypes[next]) = (encoded.Type.AliasText, encoded.Type.DotnetTypeText);
            _data[next] = keeps ? encoded.Json : JsonbText.Nearest(encoded.Json);
            _traces[next] = stream.TraceParent;
            _exact[next++] = keeps ? null : StrictUtf8.Encoding.GetString(encoded.Json);
        }

        _streamCounts[index] = before;
        return next;
    }

    private static (string Kind, string Scope, string? Key, string? Value, string? Expected) GuardRowOf(Guard guard) => guard switch
    {
        Guard.Require g => ("require", g.Scope, g.Key, g.Value, null),
        Guard.RequireEmpty g => ("require_empty", g.Scope, null, null, null),
        Guard.Claim g => ("claim", g.Scope, g.Key, g.Value, null),
        Guard.Put g => ("put", g.Scope, g.Key, g.Value, null),
        Guard.Swap g => ("swap", g.Scope, g.Key, g.Value, g.Expected),
        Guard.Release g => ("release", g.Scope, g.Key, null, null),
        Guard.RequireState g => ("require_state", g.Name, null, g.State, null),
        _ => throw new UnreachableException($"guard {guard.GetType().Name}"),
    };

    /// <summary>Each once, in the order of collation "C"; that of .NET's ordinal comparison differs beyond U+FFFF.</summary>
    private static string[] SortedBytewise(IEnumerable<string> ids)
    {
        var sorted = ids.Distinct(StringComparer.Ordinal).ToArray();
        Array.Sort(Array.ConvertAll(sorted, StrictUtf8.Encoding.GetBytes), sorted, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)));
        return sorted;
    }

    private static void Add(NpgsqlCommand command, NpgsqlDbType type, object value) => command.Parameters.Add(new NpgsqlParameter { NpgsqlDbType = type, Value = value });

    private static void AddArray(NpgsqlCommand command, NpgsqlDbType type, Array values) => Add(command, NpgsqlDbType.Array | type, values);
}
