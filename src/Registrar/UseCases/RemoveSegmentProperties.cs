using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Takes away properties that a client gave to segments; what changed since the client saw it stays. Source: catalog-protocol §11.6.</summary>
public sealed partial record RemoveSegmentProperties
{
    internal static ImmutableArray<StrataEvent> Decide(SegmentState state, RemoveSegmentProperties command, string segment, ulong? expectedRevision) =>
        state.PropertiesRevision == 0 || (expectedRevision is { } expected && expected != (ulong)state.PropertiesRevision)
            ? []
            : [new SegmentPropertiesRemoved(command.Dataset, segment, state.PropertiesRevision, command.Source)];
}
