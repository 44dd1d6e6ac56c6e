using Strata.Arrow;
using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>Whether the arm followed its commands: mean tracking error below a threshold. Reads whatever layer of errors stands, given or derived. Source: DESIGN §7.</summary>
public sealed class QualityDeriver : IDeriver
{
    public const string DeriverName = "quality";

    /// <summary>Component of the property, as the how-to names it.</summary>
    public const string TrackingGood = "tracking_good";

    /// <summary>Component of the property where several errors are judged: the entity with the largest mean.</summary>
    public const string WorstEntity = "worst_entity";

    private static readonly string[] PropertyComponents = [TrackingProperty.RowsUsed, TrackingProperty.RowsDropped, TrackingProperty.Unit];

    public string Name => DeriverName;

    /// <summary>2: a <c>Clear</c> of an entity empties its rows at that time.</summary>
    public int Version => 2;

    public string? RefuseParameters(CanonicalJson parameters) => ParameterException.RefusalOf(QualityParameters.Parse, parameters);

    /// <summary>A list of entities has no default: it is told or it is not.</summary>
    public CanonicalJson WithDefaults(CanonicalJson parameters)
    {
        var wanted = QualityParameters.Parse(parameters);
        return ParameterDefaults.Add(
            parameters,
            ("threshold", wanted.Threshold),
            ("unit", wanted.Unit),
            ("maxDroppedFraction", wanted.MaxDroppedFraction),
            ("entity", wanted.Entities.Count == 1 ? wanted.Entity.ToString() : null));
    }

    /// <summary>Of the first input, which is all that is known here: it has one of the entities, whichever.</summary>
    public SchemaMatch Match(Schema schema, CanonicalJson parameters)
    {
        var mismatches = QualityParameters.Parse(parameters).Entities.Select(e => QualityErrors.Mismatch(schema, ErrorColumn(e))).ToList();
        return mismatches.Contains(null) ? SchemaMatch.Yes : new(mismatches[0]);
    }

    public bool Reads(Field column, CanonicalJson parameters) => SchemaColumns.ColumnOf(column) is { } found
        && (QualityParameters.Parse(parameters).Entities.Any(e => LoggedColumns.Reads(found, [ErrorColumn(e)])) || (found.Entity.IsProperty && PropertyComponents.Contains(found.Component)));

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        var parameters = QualityParameters.Parse(request.Parameters);
        var drops = new DropCounts();
        var all = new List<QualityErrors>(parameters.Entities.Count);
        foreach (var entity in parameters.Entities)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var (errors, skip) = QualityErrors.Read(request, parameters, entity, drops);
            if (errors is null)
            {
                return skip!;
            }

            all.Add(errors);
        }

        return Judge(request, parameters, all, drops);
    }

    private static EntityColumn ErrorColumn(EntityPath entity) => new(entity, EntityColumn.DefaultComponent);

    /// <summary>The worst decides: one arm that is bad for certain makes it bad, whatever is known of the others.</summary>
    private Derivation.Derived Judge(DerivationRequest request, QualityParameters parameters, List<QualityErrors> all, DropCounts drops)
    {
        var certain = all.Where(e => !e.IsTooFew(parameters)).ToList();
        bool? isGood = certain.Any(e => !e.IsGood(parameters)) ? false : certain.Count == all.Count ? true : null;
        var errors = all is [var only] ? only.Errors : [.. all.SelectMany(e => e.Errors)];
        var provenance = LayerFile.Provenance(request, this, errors.Length, drops);
        var json = DerivedLayer.Json(provenance);
        var layer = new DerivedLayer(DerivedIds.After(request.Inputs, request.Segment, json, [], errors));
        if (isGood is { } answer)
        {
            layer.AddProperty(request.OutputLayer, [(TrackingGood, BooleanArray.From([answer])), .. Worst(all)]);
        }
        else
        {
            layer.AddNullProperty(request.OutputLayer, TrackingGood, BooleanArray.From([]));
        }

        layer.AddProvenance(request.OutputLayer, json);
        return LayerFile.Write(request, layer, provenance, isGood is null ? LayerFile.ReviewOutcome : LayerFile.DerivedOutcome);
    }

    private static IEnumerable<(string, IArrowArray)> Worst(List<QualityErrors> all) =>
        all.Count == 1 ? [] : [(WorstEntity, StringArray.From(all.MaxBy(e => ErrorStatistics.MeanOf(e.Errors))!.Entity.ToString()))];
}
