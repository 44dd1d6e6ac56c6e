using System.Collections.Immutable;
using System.Globalization;
using Strata.Contracts;

namespace Strata.Registrar;

public sealed partial record RetainDataset
{
    private const string ForEver = "forever";

    /// <returns>Nothing when that is declared already.</returns>
    /// <exception cref="CommandRefusedException">The time is negative, or the dataset's bytes are kept as another one says.</exception>
    internal static ImmutableArray<StrataEvent> Decide(DatasetState state, RetainDataset command)
    {
        if (command.SupersededForNs < 0)
        {
            throw new CommandRefusedException(RefusalKind.Invalid, $"superseded bytes are kept for a time of 0 or more, found {command.SupersededForNs} ns");
        }

        if (state.Created?.CompanionOf is { } owner)
        {
            throw new CommandRefusedException(RefusalKind.FailedPrecondition, $"'{state.Name}' belongs to dataset {owner}, and its bytes are kept as that one says; declare it there");
        }

        return state.Retention?.SupersededForNs == command.SupersededForNs ? [] : [new RetentionDeclared(command.Dataset, command.SupersededForNs, command.Source)];
    }

    /// <summary>As a guard row holds it.</summary>
    internal static string Text(long? supersededForNs) => supersededForNs?.ToString(CultureInfo.InvariantCulture) ?? ForEver;

    /// <inheritdoc cref="Text"/>
    internal static long? Parse(string text) => text == ForEver ? null : long.Parse(text, CultureInfo.InvariantCulture);
}
