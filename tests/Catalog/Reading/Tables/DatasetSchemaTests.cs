using Strata.TestSupport;

namespace Strata.Catalog.Tests.Reading.Tables;

public sealed class DatasetSchemaTests
{
    /// <summary>As the client of Rerun's server 0.41 lists the five episodes.</summary>
    private static readonly string[] OfTheSamples =
    [
        "rerun.controls.RowId", "log_time", "real_time", "step",
        "/:ViewCoordinates:xyz", "/action/joint_positions:Scalars:scalars", "/action/joint_positions:SeriesLines:names", "/camera/depth:DepthImage:buffer",
        "/camera/depth:DepthImage:format", "/camera/depth:DepthImage:meter", "/camera/wrist:EncodedImage:blob", "/camera/wrist:EncodedImage:media_type",
        "/language_instruction:TextDocument:text", "/observation/cartesian_position:Scalars:scalars", "/observation/gripper_position:Scalars:scalars",
        "/observation/joint_positions:Scalars:scalars", "/observation/joint_positions:SeriesLines:names",
        "property:RecordingInfo:name", "property:RecordingInfo:start_time", "property:episode:cameras", "property:episode:instruction", "property:episode:rate_hz",
        "property:episode:robot", "property:episode:seed", "property:episode:success", "property:episode:way_point_tolerance",
        "log_tick",
    ];

    [Fact]
    public async Task Columns_come_as_Reruns_server_lists_them_and_those_of_later_recordings_behind_them()
    {
        await using var server = await CatalogHost.StartAsync();
        var dataset = await ReadDataset.CreateAsync(server);
        var samples = Path.GetFullPath(Path.Combine(TestData.Folder("sdk"), "../../../samples/sample_5"));
        await dataset.RegisterAsync([.. Directory.GetFiles(samples, "*.rrd").Order(StringComparer.Ordinal)]);

        (await dataset.SchemaAsync()).FieldsList.Select(f => f.Name).ShouldBe(OfTheSamples);
    }
}
