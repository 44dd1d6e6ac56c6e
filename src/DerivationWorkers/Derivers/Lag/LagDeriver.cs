using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>How much later the observation follows the command, by cross-correlation of the two. Source: <see cref="CorrelationPeak"/>, docs/derivers.md.</summary>
public sealed class LagDeriver : IDeriver
{
    public const string DeriverName = "lag";

    /// <summary>Value of the component <c>warnings</c>: the correlation is still rising at the largest lag, so the true one may lie beyond it.</summary>
    public const string LagAtLimitWarning = "lag_at_limit";

    /// <summary>Samples that must meet at the largest lag: the correlation of a handful of them is high by chance.</summary>
    private const int LeastSamples = 16;

    /// <summary>Products summed: tens of seconds of work. A million samples of seven joints at a hundred lags are a fifth of it.</summary>
    private const double MaxProducts = 4e9;

    private const double NsPerSecond = 1e9;
    private const double NsPerMs = 1e6;

    public string Name => DeriverName;

    /// <summary>2: a <c>Clear</c> of an entity empties its rows at that time.</summary>
    public int Version => 2;

    public string? RefuseParameters(CanonicalJson parameters) => ParameterException.RefusalOf(LagParameters.Parse, parameters);

    public SchemaMatch Match(Schema schema, CanonicalJson parameters) =>
        PairedSeries.Mismatch(schema, LagParameters.Parse(parameters).Joints, needsFloats: true) is { } mismatch ? new(mismatch) : SchemaMatch.Yes;

    public bool Reads(Field column, CanonicalJson parameters) => SchemaColumns.ColumnOf(column) is { } found
        && LagParameters.Parse(parameters).Joints is var joints && LoggedColumns.Reads(found, [.. joints.SelectedCommand, .. joints.SelectedObservation]);

    public Derivation Derive(DerivationRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        var parameters = LagParameters.Parse(request.Parameters);
        if (PairedSeries.Mismatch(request.Inputs[0].Schema, parameters.Joints, needsFloats: true) is { } mismatch)
        {
            return Skip(SkipReasons.SchemaMismatch, mismatch, new());
        }

        var (read, skip) = PairedSeries.Read(request, parameters.Joints, needsSeconds: true);
        if (read is null)
        {
            return skip!;
        }

        var series = read.WithoutNulls();
        var all = series.Commands.Concat(series.Observations).ToList();
        if (all.Exists(s => s.Times.Length < 2))
        {
            return Skip(SkipReasons.NoComparableRows, "one side has fewer than two rows; expected a movement over time", new());
        }

        var (start, end) = (all.Max(s => s.Times[0]), all.Min(s => s.Times[^1]));
        var stepNs = parameters.RateHz is { } rate ? (long)Math.Round(NsPerSecond / rate) : RowAlignment.MedianIntervals(series.Observations[0].Times, 1);
        var samples = end < start || stepNs < 1 ? 0 : (SeriesAlignment.Distance(start, end) / (ulong)stepNs) + 1;
        var most = stepNs < 1 ? 0 : parameters.MaxLagNs / stepNs;
        if (Refusal(samples, most, stepNs, series.Commands.Count) is { } refusal)
        {
            return Skip(SkipReasons.NoComparableRows, refusal, new());
        }

        return Correlate(request, parameters, series, start, stepNs, (int)samples, (int)most, cancellationToken);
    }

    private static string? Refusal(ulong samples, long most, long stepNs, int columns) =>
        most < 1 ? $"maxLagNs is shorter than a step of {stepNs} ns; allow more with `--set maxLagNs=N`"
        : samples < (ulong)most + LeastSamples ? $"both sides have {samples} steps of {stepNs} ns in common, and lags up to {most} of them are looked for; expected {LeastSamples} more: look less far with `--set maxLagNs=N`"
        : samples > UniformSamples.MaxSamples || samples * (2.0 * most + 1) * columns > MaxProducts
            ? $"{samples} samples at {most} lags in either direction are more than are compared; take fewer with `--set rateHz=N` or `--set maxLagNs=N`"
        : null;

    private Derivation Correlate(
        DerivationRequest request, LagParameters parameters, PairedSeries series, long start, long stepNs, int count, int most, CancellationToken cancellationToken)
    {
        var drops = new DropCounts();
        var samples = LagSamples.Of(parameters, series, start, stepNs, count, drops, cancellationToken);
        if (samples.Joints > 0 && parameters.Joints.Wrap.Length > 1 && parameters.Joints.Wrap.Length != samples.Joints)
        {
            return Skip(SkipReasons.NoComparableRows, $"wrap tells of {parameters.Joints.Wrap.Length} joints, {samples.Joints} are compared; tell one flag a joint, or one for all", drops);
        }

        if (samples.Valid == 0 || !Enumerable.Range(0, samples.Joints).Any(samples.Moves))
        {
            return Skip(
                SkipReasons.NoComparableRows,
                samples.Valid == 0 ? $"no sample has every joint on both sides (of {count}: {string.Join(", ", drops.ToList().Select(d => $"{d.Reason} {d.Count}"))})" : "no joint moves on both sides: what stands still has no lag",
                drops);
        }

        var periods = parameters.Joints.Periods(samples.Joints);
        var (commands, observations) = samples.Centred(periods);
        var r = CrossCorrelation.Of(commands, observations, samples.IsValid, most, cancellationToken);
        return Write(request, parameters, series, samples, periods, r, most, drops);
    }

    private Derivation.Derived Write(
        DerivationRequest request, LagParameters parameters, PairedSeries series, LagSamples samples, double[] periods, double[][] r, int most, DropCounts drops)
    {
        var peak = CorrelationPeak.Of(r[samples.Joints], most);
        var joints = Enumerable.Range(0, samples.Joints).Select(j => samples.Moves(j) ? CorrelationPeak.Of(r[j], most) : new(0, double.NaN, double.NaN)).ToArray();
        var stepMs = samples.StepNs / NsPerMs;
        var values = new PropertyValues()
            .Number("lag_ms", peak.Refined * stepMs)
            .Number("correlation", peak.Value)
            .Number("tracking_error_mean", samples.MeanErrorAt(0, periods))
            .Number("tracking_error_mean_at_lag", samples.MeanErrorAt(peak.Steps, periods))
            .Numbers("lag_ms_per_joint", [.. joints.Select(j => j.Refined * stepMs)])
            .Numbers("correlation_per_joint", [.. joints.Select(j => j.Value)])
            .Texts("joints", [.. Enumerable.Range(0, samples.Joints).Select(parameters.Joints.JointName)])
            .Count("lag_steps", peak.Steps)
            .Number("step_ms", stepMs)
            .Number("max_lag_ms", most * stepMs)
            .Count("samples", samples.Valid)
            .Count("samples_dropped", drops.Rows)
            .Text(TrackingProperty.Unit, parameters.Joints.Unit)
            .Text("index", series.Index.Name);
        if (Math.Abs(peak.Steps) == most)
        {
            values.Text(TrackingProperty.Warnings, LagAtLimitWarning);
        }

        return values.Write(request, this, samples.Valid, drops);
    }

    private static Derivation.Skipped Skip(string reason, string detail, DropCounts drops) => new(reason, detail, drops.ToList());
}
