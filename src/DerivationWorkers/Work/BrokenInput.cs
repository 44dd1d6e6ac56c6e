using Strata.Contracts;
using Strata.Rrd;

namespace Strata.DerivationWorkers;

/// <summary>An input whose bytes are not what its format asks for. Source: DESIGN rules 8 and 10.</summary>
internal static class BrokenInput
{
    /// <summary>
    /// What is wrong, and for a given layer what helps. The reader's own advice is for whoever brings a file; here the file is registered, and its whole one has the
    /// same fingerprint and would be answered <c>known</c>.
    /// </summary>
    public static string Words(LayerRegistered input, Exception fault) => fault is RrdFormatException format && input.Provenance is null
        ? $"at byte {format.Offset}: expected {format.Expected}, found {format.Found}; a whole file takes its place with {Replace("DATASET", input.Layer)}"
        : fault.Message;

    public static string Replace(string dataset, string layer) =>
        $"`strata register FILE --dataset {ShellWord.Of(dataset)} --layer {ShellWord.Of(layer)} --on-duplicate replace`";
}
