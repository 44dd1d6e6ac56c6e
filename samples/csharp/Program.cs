using RecordingSamples;
using Strata.Rrd;

// Writes a recording into a folder, reads it, asks it for rows and makes a smaller one of it: docs/rrd-from-csharp.md.
var folder = Directory.CreateDirectory(args.Length > 0 ? args[0] : ".").FullName;
var (path, smaller) = (Path.Combine(folder, "episode_8.rrd"), Path.Combine(folder, "without_camera.rrd"));

await WriteRecording.WriteAsync(path, CancellationToken.None);
await ReadRecording.PrintAsync(path, EntityPath.Parse("/arm/elbow"), Console.Out, CancellationToken.None);
await using (var stream = File.OpenRead(path))
{
    Console.WriteLine($"{await ScanRecording.CountRowsAsync(stream, CancellationToken.None)} rows in all");
}

using var bytes = FileBytes.Open(path);
var reader = await RrdReader.OpenAsync(bytes, CancellationToken.None);
foreach (var batch in await QueryRecordings.RowsAsync([reader], "frame", CancellationToken.None))
{
    Console.WriteLine($"{batch.Length} rows of {string.Join(", ", batch.Schema.FieldsList.Select(field => field.Name))}");
}

await EditRecordings.WithoutCameraAsync(path, smaller, CancellationToken.None);
Console.WriteLine($"the wrist is at {ArrowTables.AngleOf(ArrowTables.Write(), "wrist")?.ToString() ?? "no angle"}");
