using Google.Protobuf;
using Google.Protobuf.Reflection;
using Strata.Arrow;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Contracts;

namespace Strata.Catalog.Tests;

/// <summary>A request of any message in which every field says something, so that a handler gets as far as it can: each id is that of one entry.</summary>
internal static class FilledRequest
{
    private const int MostDepth = 8;

    private const int HashBytes = 32;

    private static readonly DataframePart SomeTable = new RecordBatch(new Arrow.Schema([new Field("x", Int64Type.Default, nullable: true)]), [Int64Array.From([1L])], 1).ToPart();

    /// <param name="text">For each text.</param>
    public static IMessage Of(MessageDescriptor type, DatasetId entry, string text) => Of(type, entry, text, depth: 0);

    private static IMessage Of(MessageDescriptor type, DatasetId entry, string text, int depth)
    {
        if (type.ClrType == typeof(EntryId))
        {
            return entry.ToMessage();
        }

        if (type.ClrType == typeof(DataframePart))
        {
            return SomeTable.Clone();
        }

        var message = type.Parser.ParseFrom([]);
        foreach (var field in type.Fields.InDeclarationOrder().Where(f => !f.IsMap && (f.RealContainingOneof is not { } oneof || oneof.Fields[0] == f)))
        {
            object? value = field.FieldType switch
            {
                FieldType.Message => depth < MostDepth ? Of(field.MessageType, entry, text, depth + 1) : null,
                FieldType.String => text,
                FieldType.Enum => field.EnumType.Values[^1].Number,
                FieldType.Bytes => ByteString.CopyFrom(new byte[HashBytes]),
                FieldType.Fixed64 or FieldType.UInt64 => 1UL,
                _ => null,
            };
            if (value is null)
            {
                continue;
            }

            if (field.IsRepeated)
            {
                ((System.Collections.IList)field.Accessor.GetValue(message)).Add(field.FieldType == FieldType.Enum ? Enum.ToObject(field.EnumType.ClrType, value) : value);
            }
            else
            {
                field.Accessor.SetValue(message, value);
            }
        }

        return message;
    }
}
