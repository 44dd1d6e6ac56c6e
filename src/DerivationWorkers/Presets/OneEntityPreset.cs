namespace Strata.DerivationWorkers;

/// <summary>Commanded and measured joints as two components of one entity.</summary>
internal sealed class OneEntityPreset : SidesPreset
{
    public override string Name => "one_entity";

    public override string Looks => "two components of one entity, such as /arm:target_q and /arm:actual_q";

    public override FoundSides? FindSides(RecordingLook look) =>
        BothSides.Best(look, c => c.Component, (c, o) => c.Entity == o.Entity) is { } best
            ? BothSides.Sides(
                look,
                best.Command,
                best.Observation,
                $"of the components of {best.Command.Entity} {best.Command.Component} is named like a command and {best.Observation.Component} like an observation")
            : null;
}
