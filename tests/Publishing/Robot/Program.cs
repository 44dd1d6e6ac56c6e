using Strata.Crash.Life;

namespace Strata.Publishing.Robot;

/// <summary>
/// A robot that publishes one file and waits for the answer, unless it dies at a named point: before or after each thing that the sender asks of spool, server, broker and disk.
/// Arguments: order (<c>none</c> or <c>kill:POINT:N</c>), spool, server, broker (<c>-</c>: none, so that the server takes messages), prefix, file.
/// </summary>
internal static class Program
{
    public const string RobotName = "guest";
    public const string Dataset = "arms";

    /// <summary>Of each thing that is asked on the way of one recording; there is a point before and one after it.</summary>
    public static IReadOnlyList<string> Steps { get; } = ["disk.copy", "disk.publish", "spool.add", "server.upload", "spool.uploaded", "broker.connect", "broker.publish", "spool.published", "spool.answered", "spool.release"];

    /// <summary>Over HTTP the answer comes with the message's own: nothing is only published.</summary>
    public static IEnumerable<string> StepsOverHttp => Steps.Where(step => step != "spool.published");

    public static async Task Main(string[] arguments)
    {
        var points = new FaultPoints(arguments[0]);
        var time = TimeProvider.System;
        var disk = Crossing<ISpoolDisk>.Before(new SpoolDisk(), points, (nameof(ISpoolDisk.Copy), "disk.copy"), (nameof(ISpoolDisk.Publish), "disk.publish"));
        using var files = RobotSpool.Open(arguments[1], time, disk);
        var spool = Crossing<ISpool>.Before(
            files,
            points,
            (nameof(ISpool.AddAsync), "spool.add"),
            (nameof(ISpool.Uploaded), "spool.uploaded"),
            (nameof(ISpool.Published), "spool.published"),
            (nameof(ISpool.Answered), "spool.answered"),
            (nameof(ISpool.ReleaseAsync), "spool.release"));
        using var http = new HttpUpload(new RobotServer(new Uri(arguments[2]), null), new BandwidthLimit(null, time), time);
        var upload = Crossing<IRecordingUpload>.Before(http, points, (nameof(IRecordingUpload.UploadAsync), "server.upload"));
        IRobotLink? link = null;

        var added = await spool.AddAsync(new NewRecording(RobotName, Dataset, "base", arguments[5], null), CancellationToken.None);
        var sender = new SpoolSender(
            spool,
            upload,
            (answered, lost) => Crossing<IRobotLink>.Before(
                link = arguments[3] == "-" ? new HttpLink(new RobotServer(new Uri(arguments[2]), null), RobotName, time) : new RobotBroker(new Uri(arguments[3]), arguments[4], RobotName, answered, lost),
                points,
                (nameof(IRobotLink.ConnectAsync), "broker.connect"),
                (nameof(IRobotLink.PublishAsync), "broker.publish")),
            RobotName,
            time,
            new Silence(),
            () => files.Find(added.Recording.Id) is not { State: not SpoolStates.Done });
        await sender.RunAsync(CancellationToken.None);
        await spool.ReleaseAsync(CancellationToken.None);
        await link!.DisposeAsync();
    }

    private sealed class Silence : IProgress<SendingNews>
    {
        public void Report(SendingNews value)
        {
            // The test looks into the spool.
        }
    }
}
