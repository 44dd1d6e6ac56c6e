using System.Buffers.Binary;

namespace Strata.Arrow.Tests;

public sealed class ContentCacheTests
{
    private static readonly Schema Plain = new([new Field("a", Int64Type.Default, nullable: true, new Dictionary<string, string> { ["k"] = "v" })]);

    [Fact]
    public void A_schema_that_was_read_before_is_the_very_same_instance()
    {
        var schemas = new ContentCache<Schema>();
        var first = new ArrowStreamReader(Plain.ToIpcStream(), schemas).Schema;

        new ArrowStreamReader(Plain.ToIpcStream(), schemas).Schema.ShouldBeSameAs(first);
        first.ShouldBe(Plain);
        new ArrowStreamReader(new Schema([new Field("b", Int64Type.Default, nullable: true)]).ToIpcStream(), schemas).Schema.ShouldNotBe(Plain);
    }

    [Fact]
    public void Batches_behind_a_remembered_schema_are_read_as_behind_a_new_one()
    {
        var stream = new RecordBatch(Plain, [Int64Array.From([1, 2, 3])], 3).ToIpcStream();
        var schemas = new ContentCache<Schema>();

        for (var time = 0; time < 2; time++)
        {
            new ArrowStreamReader(stream, schemas).ReadNextRecordBatch()!.ToIpcStream().ShouldBe(stream);
        }
    }

    [Fact]
    public void A_schema_with_dictionaries_is_not_remembered_since_their_ids_belong_to_one_stream()
    {
        var schemas = new ContentCache<Schema>();
        _ = new ArrowStreamReader(new Schema([new Field("a", new DictionaryType(Int32Type.Default, StringType.Default, false), true)]).ToIpcStream(), schemas);

        schemas.Count.ShouldBe(0);
    }

    [Fact]
    public void A_broken_schema_is_refused_each_time_and_never_remembered()
    {
        var broken = Plain.ToIpcStream();
        broken.AsSpan(16).Fill(0xEE);
        var schemas = new ContentCache<Schema>();

        for (var time = 0; time < 2; time++)
        {
            Should.Throw<ArrowFormatException>(() => new ArrowStreamReader(broken, schemas));
        }

        schemas.Count.ShouldBe(0);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(1_000)]
    [InlineData(ContentCache<object>.MaxContentBytes)]
    public void Contents_that_never_come_again_do_not_grow_it(int size)
    {
        var cache = new ContentCache<object>();
        var content = new byte[size];
        for (var i = 0; i < 20_000; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(content, i);
            var value = new object();
            cache.Add(content, value).ShouldBeSameAs(value);
            cache.Find(content).ShouldBeSameAs(value);
            ((long)cache.Count * size).ShouldBeLessThanOrEqualTo(ContentCache<object>.MaxTotalBytes);
        }

        cache.Count.ShouldBeLessThan(ContentCache<object>.MaxTotalBytes / 512);
    }

    [Fact]
    public void A_content_beyond_the_bound_is_not_remembered()
    {
        var cache = new ContentCache<object>();
        var content = new byte[ContentCache<object>.MaxContentBytes + 1];
        var value = new object();

        cache.Add(content, value).ShouldBeSameAs(value);

        cache.Find(content).ShouldBeNull();
        cache.Count.ShouldBe(0);
    }
}
