using System.Collections.Immutable;
using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>Creates a dataset with its first rules.</summary>
public sealed partial record CreateDataset
{
    /// <param name="dataset">The id to give it.</param>
    /// <returns>Nothing when it exists already.</returns>
    /// <exception cref="CommandRefusedException">The name or a rule is not allowed.</exception>
    internal static ImmutableArray<StrataEvent> Decide(DatasetState state, DatasetId dataset, CreateDataset command)
    {
        RefuseName(command.Name);
        if (state.Created is not null)
        {
            return [];
        }

        var events = ImmutableArray.CreateBuilder<StrataEvent>();
        events.Add(new DatasetCreated(dataset, command.Name, command.KeepMode));
        var folded = state.Apply(events[0], 0);
        foreach (var rule in command.Rules)
        {
            foreach (var declared in DeclareRule.Decide(folded, new DeclareRule(dataset, rule, command.Source)))
            {
                events.Add(declared);
                folded = folded.Apply(declared, 0);
            }
        }

        return events.ToImmutable();
    }

    internal static void RefuseName(string name)
    {
        if (Names.RefuseEntryName(name) is { } refusal)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, $"dataset {refusal}");
        }
    }
}
