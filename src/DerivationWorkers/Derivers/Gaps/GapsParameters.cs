using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Strata.Contracts;

namespace Strata.DerivationWorkers;

/// <summary>
/// Parameters of <see cref="GapsDeriver"/>; an empty object looks at all signals. Members: <c>entities</c> (entity paths or <c>entity:component</c>), <c>index</c>,
/// <c>expectedHz</c> (a number, or a list with one an entity).
/// </summary>
/// <param name="Entities">Empty: all columns of numbers that <see cref="StreamColumn.IsSignal"/> takes.</param>
/// <param name="Index">Null for <c>auto</c>.</param>
/// <param name="ExpectedHz">Empty: the median interval of each; one: of all; else one an entity.</param>
public sealed record GapsParameters(ImmutableArray<StreamColumn> Entities, string? Index, ImmutableArray<double> ExpectedHz)
{
    private const string AutoIndex = "auto";

    /// <summary>Rows are counted for each of them; a list must not drive the work.</summary>
    private const int MaxEntities = 4096;

    /// <exception cref="ParameterException">A member is unknown, or not what it should be; the message names it.</exception>
    public static GapsParameters Parse(CanonicalJson parameters)
    {
        var reader = ParameterReader.Of(parameters);
        var entities = reader.List("entities");
        if (entities is { Count: 0 or > MaxEntities })
        {
            throw new ParameterException($"entities: expected 1 to {MaxEntities} entities, found {entities.Count}; leave it out for all signals");
        }

        ImmutableArray<StreamColumn> streams = [.. (entities ?? []).Select(e => StreamColumn.Read(reader, "entities", e))];
        if (streams.Distinct().Count() != streams.Length)
        {
            throw new ParameterException("entities: expected each entity once, found one twice");
        }

        var index = reader.Text("index");
        var expected = ReadRates(reader);
        reader.RefuseUnknown();
        return expected.Length > 1 && expected.Length != streams.Length
            ? throw new ParameterException($"expectedHz: expected one rate, or one for each of the {streams.Length} entities, found {expected.Length}")
            : new(streams, index is AutoIndex or "" ? null : index, expected);
    }

    internal double? ExpectedHzOf(int stream) => ExpectedHz.Length switch
    {
        0 => null,
        1 => ExpectedHz[0],
        _ => ExpectedHz[stream],
    };

    private static ImmutableArray<double> ReadRates(ParameterReader reader) => reader.Member("expectedHz") switch
    {
        null => [],
        { ValueKind: JsonValueKind.Array } list => [.. list.EnumerateArray().Select(item => Rate(reader, item))],
        { } one => [Rate(reader, one)],
    };

    private static double Rate(ParameterReader reader, JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var rate) && rate > 0 && double.IsFinite(1 / rate) && double.IsFinite(rate)
            ? rate
            : throw reader.Wrong("expectedHz", string.Create(CultureInfo.InvariantCulture, $"a rate in Hz above 0, or a list of these, one an entity"), element);
}
