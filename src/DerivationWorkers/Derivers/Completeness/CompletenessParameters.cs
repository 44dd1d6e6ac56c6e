using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Parameters of <see cref="CompletenessDeriver"/>: <c>entities</c>, the expected entity paths, or <c>entity:component</c> where a certain component is.</summary>
public sealed record CompletenessParameters(ImmutableArray<StreamColumn> Entities)
{
    /// <summary>More entities than any recording is described by; a list must not drive the work.</summary>
    private const int MaxEntities = 4096;

    /// <exception cref="ParameterException">A member is unknown, or not what it should be; the message names it.</exception>
    public static CompletenessParameters Parse(CanonicalJson parameters)
    {
        var reader = ParameterReader.Of(parameters);
        var entities = reader.List("entities") ?? [];
        reader.RefuseUnknown();
        if (entities.Count is 0 or > MaxEntities)
        {
            throw new ParameterException($"entities: expected a list of 1 to {MaxEntities} entity paths that each recording should have, found {entities.Count}");
        }

        ImmutableArray<StreamColumn> expected = [.. entities.Select(e => StreamColumn.Read(reader, "entities", e))];
        return expected.Distinct().Count() == expected.Length
            ? new(expected)
            : throw new ParameterException("entities: expected each entity once, found one twice");
    }
}
