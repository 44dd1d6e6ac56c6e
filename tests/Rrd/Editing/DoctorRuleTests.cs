using System.Buffers;
using Strata.Arrow;
using Strata.Rrd.Editing;

namespace Strata.Rrd.Tests.Editing;

/// <summary>Chunks that can be read although they break a rule, each crafted for one.</summary>
public class DoctorRuleTests
{
    private static readonly Chunk Sound = ChunkBuilder.SendColumns(new Tuid(1, 1), new Tuid(2, 1), EntityPath.Parse("/a"), [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [1, 2])], [ChunkBuilder.Scalars([1, 2])]);

    [Fact]
    public async Task A_sound_chunk_breaks_no_rule() => (await RulesAsync(RawRecording.Of(SampleLayer.Store, Sound))).ShouldBeEmpty();

    [Fact]
    public async Task A_second_record_batch_is_lost_and_that_is_told()
    {
        var batch = ChunkBatch.From(Sound);
        var ipc = new ArrayBufferWriter<byte>();
        var writer = new ArrowStreamWriter(ipc, batch.Schema);
        writer.WriteRecordBatch(batch);
        writer.WriteRecordBatch(batch);
        writer.WriteEnd();

        (await RulesAsync(RawRecording.Of(SampleLayer.Store, Sound, ipc.WrittenSpan.ToArray()))).ShouldBe([RrdRules.ArrowStream]);
    }

    [Fact]
    public async Task Bytes_behind_the_end_marker_are_told() =>
        (await RulesAsync(RawRecording.Of(SampleLayer.Store, Sound, [.. ArrowStreamWriter.Write(ChunkBatch.From(Sound)), .. "junkjunk"u8]))).ShouldBe([RrdRules.ArrowStream]);

    [Fact]
    public async Task A_message_without_a_compression_is_told() =>
        (await RulesAsync(RawRecording.Of(SampleLayer.Store, Sound, ArrowStreamWriter.Write(ChunkBatch.From(Sound)), compression: 0))).ShouldBe([RrdRules.ArrowMessage]);

    [Theory]
    [InlineData("a")]
    [InlineData("/a//b")]
    [InlineData("/a/")]
    [InlineData("/a b")]
    [InlineData("/a!")]
    public async Task An_entity_path_that_is_not_written_as_it_should_be_is_told(string path) =>
        (await RulesAsync(Changed(schema => new Schema(schema.FieldsList, With(schema.Metadata, SorbetKeys.EntityPath, path))))).ShouldBe([RrdRules.EntityPath]);

    [Theory]
    [InlineData("/a\\ b")]
    [InlineData("/größe/x_-.9")]
    [InlineData("/")]
    public async Task An_entity_path_that_is_escaped_breaks_no_rule(string path) =>
        (await RulesAsync(Changed(schema => new Schema(schema.FieldsList, With(schema.Metadata, SorbetKeys.EntityPath, path))))).ShouldBeEmpty();

    [Fact]
    public async Task Row_ids_that_do_not_say_what_they_are_are_told() =>
        (await RulesAsync(Changed(schema => Fields(schema, 0, field => field.WithMetadata(new Dictionary<string, string> { [SorbetKeys.Kind] = SorbetKeys.KindControl }))))).ShouldBe([RrdRules.RowIdColumn]);

    [Fact]
    public async Task A_column_that_is_not_called_as_its_component_is_told() =>
        (await RulesAsync(Changed(schema => Fields(schema, 2, field => field.WithName("zzz"))))).ShouldBe([RrdRules.ColumnName]);

    [Fact]
    public async Task An_activation_of_a_recording_or_of_a_store_that_is_unknown_is_told()
    {
        var file = RawRecording.Of(SampleLayer.Store, Sound);

        (await RulesAsync([.. file, .. RawRecording.Activation(SampleLayer.Store)])).ShouldBe([RrdRules.Activation]);
        (await RulesAsync([.. file, .. RawRecording.Activation(new StoreId(StoreKind.Blueprint, SampleLayer.Store.ApplicationId, "nope"))])).ShouldBe([RrdRules.Activation]);
    }

    [Fact]
    public async Task A_broken_chunk_is_told_once()
    {
        var diagnosis = await RecordingDoctor.ExamineAsync(new MemoryBytes(Recording.Fixture("nulltime.rrd")), Edited.Token);

        diagnosis.Findings.Where(finding => finding.Rule == RrdRules.Chunk).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task What_lies_behind_damage_is_examined_too()
    {
        const int chunks = 40, before = 20;
        var output = new ArrayBufferWriter<byte>();
        var writer = new RrdWriter(output, WriterProfile.V1);
        writer.SetStoreInfo(SampleLayer.Store, StoreSource.Other("test"), new Tuid(1, 1));
        for (var chunk = 1UL; chunk <= chunks; chunk++)
        {
            writer.WriteChunk(SampleLayer.Store, ChunkBuilder.SendColumns(new Tuid(1, chunk), new Tuid(2, 10 * chunk), EntityPath.Parse("/a"), [ChunkBuilder.Timeline("t", TimelineKind.Sequence, [1, 2])], [ChunkBuilder.Scalars([1, 2])]));
        }
        writer.Finish().ShouldBeNull();
        var sound = output.WrittenSpan.ToArray();
        var at = (int)(await Recording.OpenAsync(sound)).Contents.Recordings.Single().Manifest[before].ByteOffset - MessageHeader.Size;
        var garbage = new byte[5_000];
        new Random(1).NextBytes(garbage);

        byte[] damaged = [.. sound[..at], .. garbage, .. sound[at..]];

        var diagnosis = await RecordingDoctor.ExamineAsync(new MemoryBytes(damaged), Edited.Token);

        diagnosis.Chunks.ShouldBe(chunks);
        diagnosis.Findings.ShouldContain(finding => finding.Rule == RrdRules.Garbage && finding.Offset == at);
    }

    private static byte[] Changed(Func<Schema, Schema> change)
    {
        var batch = ChunkBatch.From(Sound);
        return RawRecording.Of(SampleLayer.Store, Sound, ArrowStreamWriter.Write(new RecordBatch(change(batch.Schema), batch.Arrays, batch.Length)));
    }

    private static Schema Fields(Schema schema, int index, Func<Field, Field> change) => new(schema.FieldsList.Select((field, i) => i == index ? change(field) : field), schema.Metadata);

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> metadata, string key, string value) => new(metadata) { [key] = value };

    // None of them has a footer.
    private static async Task<IEnumerable<string>> RulesAsync(byte[] file) =>
        (await RecordingDoctor.ExamineAsync(new MemoryBytes(file), Edited.Token)).Findings.Select(finding => finding.Rule).Where(rule => rule != RrdRules.NoFooter);
}
