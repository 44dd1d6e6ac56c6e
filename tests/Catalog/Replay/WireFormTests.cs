using Google.Protobuf;
using Strata.Catalog.Protocol;

namespace Strata.Catalog.Tests.Replay;

/// <summary>The replay itself must tell what differs, or all that it proves is nothing.</summary>
public sealed class WireFormTests
{
    public static TheoryData<string, string> Scenarios => [.. Directory.EnumerateDirectories(WireScenario.Root)
        .Where(g => char.IsAsciiDigit(Path.GetFileName(g)[0]))
        .SelectMany(g => Directory.EnumerateDirectories(g).Select(s => (Path.GetFileName(g), Path.GetFileName(s))))];

    [Theory]
    [MemberData(nameof(Scenarios))]
    public void A_recorded_answer_has_a_form_and_equals_itself(string generation, string name)
    {
        foreach (var answers in WireScenario.Load(generation, name).Calls.Where(c => c.Answers is not null).Select(AnswersOf).OfType<List<IMessage>>())
        {
            WireDifference.Between(WireForm.Of(answers, new()), WireForm.Of([.. answers.Select(Copy)], new())).ShouldBeEmpty();
        }
    }

    [Fact]
    public void Another_name_another_kind_a_missing_and_an_added_entry_are_told()
    {
        var recorded = new FindEntriesResponse { Entries = { Entry("one", EntryKind.Dataset), Entry("two", EntryKind.Table) } };
        FindEntriesResponse[] others =
        [
            new() { Entries = { Entry("one", EntryKind.Dataset), Entry("three", EntryKind.Table) } },
            new() { Entries = { Entry("one", EntryKind.Dataset), Entry("two", EntryKind.Dataset) } },
            new() { Entries = { Entry("one", EntryKind.Dataset) } },
            new() { Entries = { Entry("one", EntryKind.Dataset), Entry("two", EntryKind.Table), Entry("three", EntryKind.Table) } },
        ];
        foreach (var other in others)
        {
            WireDifference.Between(WireForm.Of([recorded], new()), WireForm.Of([other], new())).ShouldNotBeEmpty();
        }

        var sameInAnotherOrder = new FindEntriesResponse { Entries = { Entry("two", EntryKind.Table), Entry("one", EntryKind.Dataset) } };
        WireDifference.Between(WireForm.Of([recorded], new()), WireForm.Of([sameInAnotherOrder], new())).ShouldBeEmpty();
    }

    private static List<IMessage>? AnswersOf(WireCall call) => Protocol.RerunCloudService.Descriptor.FindMethodByName(call.Method) is { } method
        ? [.. call.Answers!.Select(method.OutputType.Parser.ParseFrom)]
        : null;

    private static IMessage Copy(IMessage message) => message.Descriptor.Parser.ParseFrom(message.ToByteString());

    private static EntryDetails Entry(string name, EntryKind kind) => new() { Name = name, EntryKind = kind };
}
