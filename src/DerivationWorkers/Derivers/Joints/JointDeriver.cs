using System.Text.Json.Nodes;
using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>What parameters of a <see cref="JointDeriver{TParameters}"/> have in common.</summary>
public interface IJointParameters
{
    JointInput Input { get; }
}

/// <summary>A deriver that looks at the joints of one side over time and writes a property, named after its layer, with one number a joint or one for all.</summary>
/// <typeparam name="TParameters">The rule's parameters, parsed.</typeparam>
public abstract class JointDeriver<TParameters> : IDeriver
    where TParameters : IJointParameters
{
    private const string EntityOption = "--set entity=";

    public abstract string Name { get; }

    public abstract int Version { get; }

    /// <summary>Whether a sequence will not do as index.</summary>
    protected abstract bool NeedsSeconds { get; }

    /// <summary>Whether rows count in which only some joints have a finite number; it is NaN of the others.</summary>
    protected abstract bool KeepsNonFinite { get; }

    public string? RefuseParameters(CanonicalJson parameters) => ParameterException.RefusalOf(Parse, parameters);

    public CanonicalJson WithDefaults(CanonicalJson parameters)
    {
        var wanted = Parse(parameters);
        return ParameterDefaults.Add(
            parameters,
            [
                ("entity", wanted.Input.IsPerJointEntity ? null : wanted.Input.Columns[0].ToString()),
                ("index", "auto"),
                ("unit", wanted.Input.UnitOrNative),
                .. Defaults(wanted),
            ]);
    }

    public SchemaMatch Match(Schema schema, CanonicalJson parameters) =>
        Mismatch(schema, Parse(parameters).Input) is { } mismatch ? new(mismatch) : SchemaMatch.Yes;

    public bool Reads(Field column, CanonicalJson parameters) =>
        SchemaColumns.ColumnOf(column) is { } found && LoggedColumns.Reads(found, Parse(parameters).Input.Selected);

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var parameters = Parse(request.Parameters);
        var input = parameters.Input;
        if (Mismatch(request.Inputs[0].Schema, input) is { } mismatch)
        {
            return new Derivation.Skipped(SkipReasons.SchemaMismatch, mismatch, []);
        }

        var reading = JointTrackReader.Read(request, input, NeedsSeconds, KeepsNonFinite, cancellationToken);
        if (reading.Track is not { } track)
        {
            return reading.Skip!;
        }

        var values = new PropertyValues();
        if (Fill(values, track, parameters, cancellationToken) is { } undefined)
        {
            return new Derivation.Skipped(SkipReasons.NoComparableRows, undefined, reading.Drops.ToList());
        }

        values.Texts("joints", [.. Enumerable.Range(0, track.Joints.Length).Select(input.JointName)])
            .Count(TrackingProperty.RowsUsed, track.Rows)
            .Count(TrackingProperty.RowsDropped, reading.Drops.Rows)
            .Count("rows_superseded", reading.Drops[DropReasons.SupersededAtSameTime])
            .Text(TrackingProperty.Unit, input.UnitOrNative)
            .Text("index", track.Index.Name);
        return values.Write(request, this, track.Rows, reading.Drops);
    }

    /// <summary>Values that are taken for parameters which only this deriver has.</summary>
    private protected virtual (string Name, JsonNode? Value)[] Defaults(TParameters parameters) => [];

    /// <exception cref="ParameterException">A member is unknown, or not what it should be; the message names it.</exception>
    protected abstract TParameters Parse(CanonicalJson parameters);

    /// <summary>Computes, and puts the components of the property.</summary>
    /// <returns>In words why these rows do not do; null when they do.</returns>
    private protected abstract string? Fill(PropertyValues values, JointTrack track, TParameters parameters, CancellationToken cancellationToken);

    private static string? Mismatch(Schema schema, JointInput input) =>
        SchemaColumns.Mismatch(schema, input.Selected, EntityOption, isCommand: false, taken: [])?.ToString();
}
