using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using Strata.Projections.Layers;
using Strata.Projections.Storage;

namespace Strata.Projections.Tests;

public sealed class BatchDeltaTests
{
    [Fact]
    public void Any_batch_comes_back_from_its_difference_to_any_template() =>
        Prop.ForAll(Bytes(), Bytes(), (message, template) => Decode(Encode(message, template), template).AsSpan().SequenceEqual(message)).QuickCheckThrowOnFailure();

    [Fact]
    public void A_batch_that_equals_its_template_is_a_few_bytes()
    {
        var message = Enumerable.Range(0, 3_000).Select(i => (byte)i).ToArray();
        Encode(message, message).Length.ShouldBe(2);
    }

    [Theory]
    [InlineData(new byte[] { 4, 0, 9, 1 })]
    [InlineData(new byte[] { 4, 0, 3, 1 })]
    [InlineData(new byte[] { 4, 200 })]
    [InlineData(new byte[] { 255, 255, 255, 255, 255 })]
    [InlineData(new byte[] { })]
    public void A_broken_difference_is_an_error_that_says_what_to_do(byte[] delta) =>
        Should.Throw<ReadModelStorageException>(() => Decode(delta, [])).Message.ShouldContain("strata rebuild");

    /// <summary>Long runs of zeros and of anything, as in Arrow messages.</summary>
    private static Arbitrary<byte[]> Bytes() =>
        Gen.Choose(0, 40).SelectMany(length => Gen.Choose(0, 3).Select(kind => Enumerable.Range(0, length).Select(i => kind == 0 ? (byte)0 : (byte)(i * kind)).ToArray()))
            .ArrayOf().Select(parts => parts.SelectMany(p => p).ToArray()).ToArbitrary();

    private static byte[] Encode(byte[] message, byte[] template)
    {
        var output = new ArrayBufferWriter<byte>();
        BatchDelta.Encode(message, template, output);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Decode(byte[] delta, byte[] template)
    {
        var output = new ArrayBufferWriter<byte>();
        BatchDelta.Decode(delta, template, output);
        return output.WrittenSpan.ToArray();
    }
}
