using Strata.Arrow;
using Strata.Cli;
using Strata.Web;

namespace Strata.EndToEnd.Tests;

/// <summary>
/// The chunk index against what Rerun 0.41.0's server answered to <c>GetRrdManifest</c>, recorded on the wire. Source: catalog-protocol §2.12.
/// Not compared: <c>chunk_key</c>, which is the server's own; and nullability, since the server's merge of layers marks columns nullable that a footer does not.
/// </summary>
public sealed class ChunkIndexTests
{
    private const string Dataset = "joints";
    private const string OfTheServer = "chunk_key";

    private static readonly string Folder = Path.Combine(Samples.Repository, "tests", "Data", "wire");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("joints_1")]
    [InlineData("joints41_0")]
    public async Task The_chunk_index_of_a_layer_is_Reruns_column_for_column(string segment)
    {
        await using var strata = await RegisteredAsync([(segment, "base")]);

        var chunks = (await LayersAsync(strata, segment)).ShouldHaveSingleItem();

        var answer = Answer(segment);
        Columns(chunks).ShouldBe(Columns(answer));
        GoldenText.Rows(chunks).ShouldBe(GoldenText.Rows(answer, OfTheServer));
    }

    [Fact]
    public async Task The_chunk_indexes_of_two_layers_hold_what_Reruns_merged_one_holds()
    {
        await using var strata = await RegisteredAsync([("joints_0", "base"), ("joints_0_extra", "extra")]);

        var layers = await LayersAsync(strata, "joints_0");

        var answer = Answer("joints_0.base_and_extra");
        layers.SelectMany(Columns).Distinct().ShouldBe(Columns(answer), ignoreOrder: true);
        layers.Sum(l => l.Length).ShouldBe(answer.Length);
        var first = 0;
        foreach (var layer in layers)
        {
            // Where a layer lacks a column the merged answer says null, false or 0 in its rows.
            string[] lacking = [.. answer.Schema.FieldsList.Select(f => f.Name).Except(layer.Schema.FieldsList.Select(f => f.Name))];
            GoldenText.Rows(layer).ShouldBe(GoldenText.Rows(answer, lacking).Skip(first).Take(layer.Length));
            first += layer.Length;
        }
    }

    private static RecordBatch Answer(string name) => RecordBatch.FromIpcStream(File.ReadAllBytes(Path.Combine(Folder, "rrd_manifest", name + ".arrow")));

    private static IEnumerable<string> Columns(RecordBatch batch) => GoldenText.Columns(
        new Schema(batch.Schema.FieldsList.Select(f => new Field(f.Name, f.DataType, nullable: true, f.Metadata))), OfTheServer);

    private static async Task<StrataInProcess> RegisteredAsync((string File, string Layer)[] recordings)
    {
        var strata = await StrataInProcess.StartAsync(Roles.Registrar | Roles.Projections);
        foreach (var (file, layer) in recordings)
        {
            await strata.RegisterAsync(Dataset, [Path.Combine(Folder, file + ".rrd")], wait: false, layer, rules: RuleSets.None);
        }

        return strata;
    }

    private static async Task<IReadOnlyList<RecordBatch>> LayersAsync(StrataInProcess strata, string segment)
    {
        var dataset = (await strata.ReadModels.Entries.FindAsync(Dataset, Token))!.Dataset;
        return [.. (await strata.ReadModels.Chunks.ReadAsync(dataset, segment, null, Token)).Select(l => l.Chunks)];
    }
}
