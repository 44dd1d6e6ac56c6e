using System.Collections.Immutable;
using System.Globalization;
using Strata.Arrow;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Gives properties to a segment beside its layers, all at once. Source: catalog-protocol §11.6.</summary>
public sealed partial record SetSegmentProperties
{
    /// <param name="revision">Random and above 0, to be given to what is set.</param>
    /// <exception cref="CommandRefusedException">The client has not seen what stands there.</exception>
    internal static ImmutableArray<StrataEvent> Decide(SegmentState state, SetSegmentProperties command, long revision, Sha256Digest blob)
    {
        if (command.ExpectedRevision is { } expected && expected != (ulong)state.PropertiesRevision)
        {
            throw new CommandRefusedException(
                RefusalKind.FailedPrecondition,
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Properties of segment '{command.Segment}' were modified concurrently: expected revision {expected}, found {state.PropertiesRevision}; read them again and set what is to stand"));
        }

        return [new SegmentPropertiesSet(command.Dataset, command.Segment, revision, blob, command.Source)];
    }

    /// <exception cref="CommandRefusedException">The segment id is not allowed, or the properties are not one row.</exception>
    internal static void Refuse(SetSegmentProperties command)
    {
        if (Names.RefuseId("segment", command.Segment) is { } refusal)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, refusal);
        }

        if (RowsOf(command.PropertiesIpc) is var rows && rows != 1)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, string.Create(CultureInfo.InvariantCulture, $"segment properties must be a single row, got {rows} rows"));
        }
    }

    private static long RowsOf(ReadOnlyMemory<byte> ipc)
    {
        try
        {
            var reader = new ArrowStreamReader(ipc);
            var rows = 0L;
            while (reader.ReadNextRecordBatch() is { } batch)
            {
                rows += batch.Length;
            }

            return rows;
        }
        catch (ArrowFormatException e)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, $"segment properties cannot be read: {e.Message}");
        }
    }
}
