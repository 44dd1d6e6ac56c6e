using System.Collections.Immutable;

namespace Strata.DerivationWorkers;

/// <summary>The outside derivers of a process: a folder of definitions, and where their jobs run.</summary>
public static class OutsideDerivers
{
    /// <param name="folder">Of definitions; it need not be there.</param>
    public static DeriverRegistry Registry(IReadOnlyList<IDeriver> builtIn, string folder, OutsideOptions options)
    {
        var read = OutsideFolder.Read(folder, [.. builtIn.Select(d => d.Name)]);
        return new(builtIn, read.Definitions.Select(definition => Deriver(definition, options)).ToImmutableArray(), read.Refused);
    }

    private static OutsideDeriver Deriver(OutsideDefinition definition, OutsideOptions options) =>
        definition.Queue is null ? new CommandDeriver(definition, options) : new QueueDeriver(definition, options);

    /// <summary>Removes what jobs of a process left that died, and ends what still runs for them. Only for who alone uses the folder of jobs.</summary>
    public static void SweepLeftovers(OutsideOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        JobFolder.Sweep(options.JobsFolder);
    }
}
