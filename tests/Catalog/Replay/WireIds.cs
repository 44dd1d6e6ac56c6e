using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Core;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Tests.Replay;

/// <summary>What the recorded server called something → what this one calls it, learned from pairs of answers.</summary>
internal sealed class WireIds
{
    private const string IdHeader = "x-rerun-entry-id";
    private const string KeyColumn = "chunk_key";
    private const string TaskColumn = "rerun_task_id";

    private static readonly string[] KeyedBy = ["rerun_segment_id", "rerun_segment_layer", "rerun_layer_name", "chunk_segment_id", "chunk_id"];

    private readonly Dictionary<string, string> _entries = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, string> _tasks = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _keys = new(StringComparer.Ordinal);
    private readonly Dictionary<ulong, ulong> _revisions = [];
    private readonly Dictionary<string, string> _urls = new(StringComparer.Ordinal);

    /// <summary>Recorded headers in this server's ids.</summary>
    /// <returns>An entry's id of which nothing is known, or null.</returns>
    public string? Translate(IEnumerable<(string Name, string Value)> recorded, out Metadata headers)
    {
        headers = [];
        string? unknown = null;
        foreach (var (name, value) in recorded)
        {
            if (name.EndsWith("-bin", StringComparison.Ordinal))
            {
                headers.Add(name, BinaryOf(value));
                continue;
            }

            if (name == IdHeader && value.Length == 32 && !_entries.ContainsKey(value))
            {
                unknown = value;
            }

            headers.Add(name, name == IdHeader ? _entries.GetValueOrDefault(value, value) : value);
        }

        return unknown;
    }

    public void Rewrite(IMessage message, Func<string, string> place)
    {
        switch (message)
        {
            case Tuid id when _entries.TryGetValue(TextOf(id), out var entry):
                (id.TimeNs, id.Inc) = (ulong.Parse(entry.AsSpan(0, 16), NumberStyles.HexNumber, null), ulong.Parse(entry.AsSpan(16), NumberStyles.HexNumber, null));
                return;
            case TaskId task:
                task.Id = _tasks.GetValueOrDefault(task.Id, task.Id);
                return;
            case DataframePart part:
                RewriteKeys(part);
                return;
        }

        foreach (var field in message.Descriptor.Fields.InDeclarationOrder().Where(f => IsSet(f, message)))
        {
            if (field.FieldType == FieldType.Message)
            {
                foreach (var inner in MessagesOf(field, message))
                {
                    Rewrite(inner, place);
                }
            }
            else if (field.Name == "storage_url")
            {
                var url = (string)field.Accessor.GetValue(message);
                field.Accessor.SetValue(message, _urls.GetValueOrDefault(url) ?? place(url));
            }
            else if (field.Name == "expected_revision" && field.Accessor.GetValue(message) is ulong revision)
            {
                field.Accessor.SetValue(message, _revisions.GetValueOrDefault(revision, revision));
            }
        }
    }

    public void Learn(IReadOnlyList<IMessage> recorded, IReadOnlyList<IMessage> actual)
    {
        foreach (var (one, other) in recorded.Zip(actual))
        {
            Learn(one, other);
        }

        var found = WireTables.All(actual);
        foreach (var table in WireTables.All(recorded))
        {
            foreach (var other in found)
            {
                LearnRows(table, other);
            }
        }
    }

    internal static string TextOf(Tuid id) => string.Create(CultureInfo.InvariantCulture, $"{id.TimeNs:X16}{id.Inc:x16}");

    private void Learn(IMessage recorded, IMessage actual)
    {
        switch (recorded, actual)
        {
            case (Tuid one, Tuid other):
                _entries[TextOf(one)] = TextOf(other);
                return;
            case (TaskId one, TaskId other):
                _tasks[one.Id] = other.Id;
                return;
            case (DataframePart, _):
                return;
            case (FindEntriesResponse one, FindEntriesResponse other):
                LearnByName(one, other);
                return;
            case (GetWriteAccessGrantResponse one, GetWriteAccessGrantResponse other):
                _urls[one.StorageUrl] = other.StorageUrl;
                return;
            case (SetSegmentPropertiesResponse one, SetSegmentPropertiesResponse other):
                _revisions[one.Revision] = other.Revision;
                return;
        }

        foreach (var field in recorded.Descriptor.Fields.InDeclarationOrder().Where(f => IsSet(f, recorded) && IsSet(f, actual)))
        {
            if (field.Name == "revision" && field.Accessor.GetValue(recorded) is ulong revision)
            {
                _revisions[revision] = (ulong)field.Accessor.GetValue(actual);
            }
            else if (field.FieldType == FieldType.Message)
            {
                foreach (var (one, other) in MessagesOf(field, recorded).Zip(MessagesOf(field, actual)))
                {
                    Learn(one, other);
                }
            }
        }
    }

    /// <summary>Lists have no order; companions are named by the id of the dataset they belong to.</summary>
    private void LearnByName(FindEntriesResponse recorded, FindEntriesResponse actual)
    {
        foreach (var entry in recorded.Entries)
        {
            var name = entry.Name.Length == 37 && entry.Name.StartsWith("__", StringComparison.Ordinal)
                ? entry.Name[..5] + _entries.GetValueOrDefault(entry.Name[5..], entry.Name[5..])
                : entry.Name;
            if (actual.Entries.FirstOrDefault(e => e.Name == name) is { } found)
            {
                Learn(entry.Id, found.Id);
            }
        }
    }

    private void LearnRows(RecordBatch recorded, RecordBatch actual)
    {
        var common = KeyedBy.Where(k => recorded.TryColumn(k) is not null && actual.TryColumn(k) is not null).ToArray();
        Pair(KeyColumn, (one, row, other, found) => _keys[Hex(one, row)] = ((IByteStringArray)other).GetBytes(found).ToArray());
        Pair(TaskColumn, (one, row, other, found) => _tasks[((StringArray)one).GetString(row)!] = ((StringArray)other).GetString(found)!);

        void Pair(string column, Action<IArrowArray, int, IArrowArray, int> learn)
        {
            if (recorded.TryColumn(column) is not { } one || actual.TryColumn(column) is not { } other)
            {
                return;
            }

            var rows = Enumerable.Range(0, actual.Length).GroupBy(r => KeyOf(actual, common, r)).ToDictionary(g => g.Key, g => g.First());
            for (var row = 0; row < recorded.Length; row++)
            {
                if (rows.TryGetValue(KeyOf(recorded, common, row), out var found))
                {
                    learn(one, row, other, found);
                }
            }
        }
    }

    private void RewriteKeys(DataframePart part)
    {
        var batch = part.ToBatch("recorded request");
        var index = batch.Schema.GetFieldIndex(KeyColumn);
        if (index < 0 || batch.Column(index) is not BinaryArray keys)
        {
            return;
        }

        var translated = BinaryArray.From([.. Enumerable.Range(0, batch.Length).Select(r => keys.IsNull(r) ? null : _keys.GetValueOrDefault(Hex(keys, r), keys.GetBytes(r).ToArray()))]);
        part.MergeFrom(new RecordBatch(batch.Schema, batch.Arrays.Select((a, k) => k == index ? translated : a), batch.Length).ToPart());
    }

    private static bool IsSet(FieldDescriptor field, IMessage message) => field.IsRepeated || !field.HasPresence || field.Accessor.HasValue(message);

    private static IEnumerable<IMessage> MessagesOf(FieldDescriptor field, IMessage message) => field.Accessor.GetValue(message) switch
    {
        IMessage inner => [inner],
        System.Collections.IEnumerable inner => [.. inner.OfType<IMessage>()],
        _ => [],
    };

    private static string KeyOf(RecordBatch batch, IEnumerable<string> columns, int row) => string.Join('\n', columns.Select(c => Hex(batch.Column(c), row)));

    private static string Hex(IArrowArray column, int row) => column switch
    {
        IByteStringArray bytes => Convert.ToHexString(bytes.GetBytes(row)),
        FixedSizeBinaryArray bytes => Convert.ToHexString(bytes.GetBytes(row)),
        _ => throw new InvalidOperationException($"rows cannot be told apart by a column of {column.DataType}"),
    };

    private static byte[] BinaryOf(string base64) => Convert.FromBase64String(base64.TrimEnd('=') + new string('=', -base64.TrimEnd('=').Length & 3));
}
