using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>Whether a deriver can make anything of a schema: it has what is read, and not what would be written.</summary>
internal static class SchemaFit
{
    public static SchemaMatch Of(IDeriver? builtIn, IOutsideDeriver? outside, Schema schema, CanonicalJson parameters, string outputLayer)
    {
        if (builtIn is null)
        {
            return outside!.Match(schema, parameters);
        }

        var match = builtIn.Match(schema, parameters);
        return match.Mismatch is null && Hidden(builtIn, schema, parameters, outputLayer) is { } hidden ? new(hidden) : match;
    }

    /// <summary>Layers of a segment are read together, and the later one hides what an earlier one has of the same entity. Of outside derivers the answer is looked at.</summary>
    private static string? Hidden(IDeriver deriver, Schema schema, CanonicalJson parameters, string outputLayer)
    {
        var entities = deriver.Outputs(parameters, outputLayer).Entities;
        var recorded = SchemaColumns.Of(schema).Select(c => c.Column.Entity.ToString()).FirstOrDefault(entities.Contains);
        return recorded is null
            ? null
            : $"the recording has the entity path {recorded} itself, and what is derived must not hide what was recorded; "
                + (deriver.EntityParameter is { } parameter ? $"write elsewhere: `--set {parameter}=/PATH`" : "the deriver has no parameter that moves it");
    }
}
