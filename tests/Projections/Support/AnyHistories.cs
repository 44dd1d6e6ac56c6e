using FsCheck;
using FsCheck.Fluent;
using Strata.Contracts;

namespace Strata.Projections.Tests.Support;

/// <summary>Histories of one dataset for properties: everything that people and rules may do, in any order.</summary>
internal static class AnyHistories
{
    private static readonly string[] SegmentNames = ["a", "b", "ü"];
    private static readonly string[] Contents = ["one", "two"];
    private static readonly EventSource[] Senders = [Story.Person, Story.Robot("r1"), Story.Robot("r2")];
    private static readonly object?[] Verdicts = [true, false, null];

    public static Arbitrary<int[]> Steps() => Gen.Choose(0, 1_000_000).ArrayOf().Where(steps => steps.Length is > 0 and < 40).ToArbitrary();

    /// <summary>Each number picks a step that is possible at that point: what the Registrar would let happen.</summary>
    public static Story Told(int[] steps)
    {
        var story = new Story(new FakeLog());
        story.Create();
        story.HowTo();
        foreach (var step in steps)
        {
            Tell(story, step);
        }

        if (steps[0] % 3 == 0)
        {
            story.Delete();
        }

        return story;
    }

    /// <summary>The next page of the back-fill that is under way; a new one where there is none.</summary>
    private static void Backfill(Story story, int step)
    {
        if (UnderWay(story) is { } id)
        {
            story.Admit(id, "tracking_error", SegmentNames[..(1 + (step / 128 % SegmentNames.Length))]);
        }
        else
        {
            story.Backfill($"{story.Log.Head}", "tracking_error", version: 1 + (step / 256 % 2), force: step / 512 % 2 == 0);
        }
    }

    private static string? UnderWay(Story story) =>
        story.Log.Events.Select(e => e.Event).LastOrDefault(e => e is BackfillStarted or BackfillCancelled) is BackfillStarted started ? started.BackfillId : null;

    private static bool IsQuarantined(Story story, string name) => story.Log.Events.Any(e => e.Event is RecordingQuarantined q && q.QuarantineId == Story.Hash(name));

    private static void Tell(Story story, int step)
    {
        var segment = SegmentNames[step / 16 % SegmentNames.Length];
        var content = segment + Contents[step / 64 % Contents.Length];
        var properties = Schemas.Properties(("episode:note", content), ((step & 1024) == 0 ? "left:score" : "right:score", 0.5));
        story.Sender = Senders[step / 4096 % Senders.Length];
        switch (step % 28)
        {
            case 0 or 1 or 2:
                story.Register(segment, "base", content, properties: properties);
                break;
            case 3:
                story.Register(segment, "labels", content, Schemas.Labels);
                break;
            case 4 when story.Stands(segment, "base"):
                story.Unregister(segment, "base");
                break;
            case 5 when story.Stands(segment, "labels"):
                story.Unregister(segment, "labels");
                break;
            case 6 or 7 when story.Stands(segment, "base") && story.HasRule("tracking_error"):
                story.Derive(segment, "tracking_error", content + " error", Schemas.Properties(("tracking_error:mean", 0.1)));
                break;
            case 8 when story.Stands(segment, "tracking_error") && story.HasRule("quality"):
                story.Derive(segment, "quality", content + " quality", Schemas.Verdict((bool?)Verdicts[step / 2048 % Verdicts.Length]));
                break;
            case 9:
                story.Register(segment, "tracking_error", content + " by hand", Schemas.Error);
                break;
            case 10 when story.Stands(segment, "tracking_error"):
                story.Unregister(segment, "tracking_error");
                break;
            case 11 when story.Stands(segment, "base"):
                story.Skip(segment, "tracking_error", (step & 128) == 0 ? SkipReasons.NoData : SkipReasons.Given);
                break;
            case 12 when story.Stands(segment, "base"):
                story.SkipSchema("tracking_error", story.Layer(segment, "base").SchemaSha256);
                break;
            case 13:
                story.Suppress(segment, "tracking_error");
                break;
            case 14:
                story.Resume(segment, "tracking_error");
                break;
            case 15:
                story.Declare("tracking_error", ["base"], "tracking_error");
                break;
            case 25 when story.HasRule((step & 512) == 0 ? "tracking_error" : "quality"):
                story.Retire((step & 512) == 0 ? "tracking_error" : "quality");
                break;
            case 26 when !story.HasRule("quality"):
                story.Declare("quality", ["tracking_error"], "quality");
                break;
            case 27 when story.HasRule("tracking_error") && story.Stands(segment, "tracking_error") && story.Layer(segment, "tracking_error").Origin == LayerOrigin.Given:
                story.Adopt(segment, "tracking_error");
                break;
            case 16:
                story.Rename(content);
                break;
            case 17:
                story.Refer(story.Dataset, content, null, null);
                break;
            case 18:
                story.Quarantine(content);
                break;
            case 19 when IsQuarantined(story, content):
                story.Release(content);
                break;
            case 20 when IsQuarantined(story, content):
                story.Discard(content);
                break;
            case 21 or 22:
                Backfill(story, step);
                break;
            case 23 when UnderWay(story) is { } paused:
                story.PauseBackfill(paused, "tracking_error");
                break;
            case 24 when UnderWay(story) is { } cancelled:
                story.CancelBackfill(cancelled, "tracking_error");
                break;
        }
    }
}
