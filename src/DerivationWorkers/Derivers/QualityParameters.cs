using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>
/// Parameters of <see cref="QualityDeriver"/>; an empty object is the how-to. Members: <c>threshold</c> with <c>unit</c>, <c>maxDroppedFraction</c>, <c>entity</c> or
/// <c>entities</c> (a list: of several errors the worst one decides).
/// Source: DESIGN §7.
/// </summary>
/// <param name="Threshold">Tracking is good when the mean error is below it.</param>
/// <param name="Unit">Of the threshold, and so of the input.</param>
/// <param name="MaxDroppedFraction">When more rows than this could not be compared, a person decides.</param>
/// <param name="Entities">Whose scalars are the errors, each in one of the inputs.</param>
public sealed record QualityParameters(double Threshold, string Unit, double MaxDroppedFraction, EquatableArray<EntityPath> Entities)
{
    /// <summary>The how-to's, in radians.</summary>
    public const double HowToThreshold = 0.13;

    public const double DefaultMaxDroppedFraction = 0.05;

    /// <summary>More arms than any robot has.</summary>
    private const int MaxEntities = 64;

    /// <summary>The only one, or the first.</summary>
    public EntityPath Entity => Entities[0];

    /// <exception cref="ParameterException">A member is unknown, or not what it should be; the message names it.</exception>
    public static QualityParameters Parse(CanonicalJson parameters)
    {
        var reader = ParameterReader.Of(parameters);
        var threshold = reader.Number("threshold");
        var unit = reader.OneOf("unit", "", ErrorUnit.Radians, ErrorUnit.Degrees, ErrorUnit.Metres, ErrorUnit.Native);
        if (unit == ErrorUnit.Native)
        {
            throw new ParameterException("unit: expected rad, deg or m, found native; a threshold means nothing without the unit of what it is compared with: declare the unit of the joints in the rule of the input, and here");
        }

        if (threshold is <= 0)
        {
            throw new ParameterException($"threshold: expected a number above 0, found {threshold}");
        }

        if (threshold is not null && unit.Length == 0)
        {
            throw new ParameterException("unit: expected rad, deg or m beside a threshold, found nothing; a threshold means nothing without its unit");
        }

        if (threshold is null && unit is not ("" or ErrorUnit.Radians))
        {
            throw new ParameterException($"threshold: expected a number in {unit}, found nothing; the default of {HowToThreshold} is in rad");
        }

        var fraction = reader.Number("maxDroppedFraction") ?? DefaultMaxDroppedFraction;
        if (fraction is < 0 or > 1)
        {
            throw new ParameterException($"maxDroppedFraction: expected 0…1, found {fraction}");
        }

        var entities = ReadEntities(reader);
        reader.RefuseUnknown();
        return new(threshold ?? HowToThreshold, unit.Length == 0 ? ErrorUnit.Radians : unit, fraction, entities);
    }

    private static EquatableArray<EntityPath> ReadEntities(ParameterReader reader)
    {
        var entity = reader.Member("entity");
        if (reader.List("entities") is not { } list)
        {
            return [entity is { } one ? EntityColumn.Read(reader, "entity", one).Entity : EntityPath.Parse(TrackingErrorParameters.HowToOutput)];
        }

        EquatableArray<EntityPath> entities = [.. list.Select(e => EntityColumn.Read(reader, "entities", e).Entity)];
        return entity is not null ? throw new ParameterException("entities: expected either entity or entities, found both")
            : entities.Count is 0 or > MaxEntities || entities.Distinct().Count() != entities.Count
                ? throw new ParameterException($"entities: expected 1 to {MaxEntities} entities, each once, found {entities.Count}, of which {entities.Distinct().Count()} differ")
            : entities;
    }
}
