namespace Strata.DerivationWorkers;

/// <summary>What <c>strata verify --json</c> prints. Source: DESIGN §12.</summary>
/// <param name="Checked">Layers looked at.</param>
/// <param name="Equal">Layers of which everything was as the log says.</param>
public sealed record VerifyReport(long Checked, long Equal, IReadOnlyList<VerifyDifference> Different);

/// <param name="What">What was compared: <c>recording</c> (there, and a reference unchanged), <c>file_sha256</c>, <c>derivation</c>.</param>
public sealed record VerifyDifference(string Segment, string Layer, string What, string Expected, string Found);
