using System.Text.Json;
using Strata.Arrow;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>What outside derivers have in common, however they are asked: what their definition says, the job, and what is made of an answer.</summary>
public abstract class OutsideDeriver(OutsideDefinition definition, OutsideOptions options) : IOutsideDeriver
{
    public string Name => Definition.Name;

    public int Version => Definition.Version;

    public OutsideDefinition Definition { get; } = definition;

    private protected OutsideOptions Options { get; } = options;

    public abstract string? WhyNotHere();

    public virtual Task<bool> IsServedAsync(CancellationToken cancellationToken) => Task.FromResult(WhyNotHere() is null);

    public string? RefuseParameters(CanonicalJson parameters) => ParameterException.RefusalOf(told => OutsideParameter.Complete(Definition.Parameters, told), parameters);

    public SchemaMatch Match(Schema schema, CanonicalJson parameters)
    {
        var found = SchemaColumns.Of(schema).Select(c => c.Column).ToHashSet();
        var missing = Definition.Reads.Where(wanted => !found.Contains(wanted)).ToList();
        return missing.Count == 0
            ? SchemaMatch.Yes
            : new($"the deriver '{Name}' reads {string.Join(", ", missing)}, which the recording does not have ({Definition.File}: reads)");
    }

    public async Task<Derivation> DeriveAsync(OutsideRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (WhyNotHere() is { } missing)
        {
            throw new OutsideDeriverException(FailureReasons.DeriverMissing, missing);
        }

        return await AskAsync(request, cancellationToken).ConfigureAwait(false);
    }

    private protected abstract Task<Derivation> AskAsync(OutsideRequest request, CancellationToken cancellationToken);

    /// <param name="inputs">In the order of the rule.</param>
    private protected byte[] JobOf(DerivationRequest request, JobFolder folder, IReadOnlyList<OutsideJobInput> inputs) => JsonSerializer.SerializeToUtf8Bytes(
        new OutsideJob(
            OutsideJob.CurrentProtocol,
            Path.GetFileName(folder.Path),
            Name,
            Version,
            request.Dataset.Value,
            request.Segment,
            request.Rule,
            request.Revision,
            JsonElement.Parse(OutsideParameter.Complete(Definition.Parameters, request.Parameters).Text),
            request.OutputLayer,
            request.Segment,
            Rrd.ApplicationId.Normalise(request.Inputs[0].ApplicationId),
            [.. Definition.OutputsOf(request.OutputLayer).Select(o => o.ToString())],
            inputs,
            folder.Answer,
            new(Definition.Limits.Time.TotalSeconds, Definition.Limits.MemoryBytes, Definition.Limits.AnswerBytes)),
        OutsideJson.Default.OutsideJob);

    /// <param name="shared">A URL that others read too; null: a copy in the folder of the job.</param>
    private protected static async Task<OutsideJobInput> InputAsync(OutsideRequest request, int ordinal, JobFolder folder, Uri? shared, CancellationToken cancellationToken)
    {
        var (layer, file) = (request.Request.Inputs[ordinal], request.Files[ordinal]);
        var path = shared is null ? await folder.CopyAsync(ordinal, file, cancellationToken).ConfigureAwait(false) : null;
        var url = shared ?? new Uri(path!);
        return new(layer.Layer, path, url.AbsoluteUri, layer.Fingerprint.Value, file.Length, request.Request.Segment, layer.ApplicationId);
    }

    private protected Derivation.Skipped Skipped(string why, OutsideReply reply) =>
        new(SkipReasons.Declined, $"the deriver '{Name}' derives nothing: {Plain(why)}", OutsideReplies.Dropped(reply));

    /// <param name="after">The last words of who answered, with a full stop before.</param>
    private protected OutsideDeriverException Fault(string reason, string what, string after) => new(reason, Plain($"deriver '{Name}' version {Version}: {what}{after}"));

    private protected OutsideDeriverException Refused(AnswerRefusedException refused, string after) => Fault(FailureReasons.DeriverAnswer, $"its answer is refused: {refused.Message}", after);

    /// <summary>Words of others end in events and at terminals: control characters but line ends are left out, as they are from what a process logs.</summary>
    private static string Plain(string words) => string.Concat(words.Where(c => c is '\n' || !char.IsControl(c)));
}
