using System.Text;

namespace Strata.Rrd.Tests;

public class HeaderTests
{
    [Fact]
    public void An_empty_file_is_called_empty() => Refusal([]).Found.ShouldBe("no bytes at all");

    [Fact]
    public void An_MCAP_file_gets_the_command_that_converts_it()
    {
        var refusal = Refusal([0x89, .. "MCAP0\r\n"u8, 0, 0, 0, 0, 0]);
        refusal.Found.ShouldBe("an MCAP file");
        refusal.WhatToDo.ShouldContain("rerun mcap convert");
    }

    [Theory]
    [InlineData("PAR1aaaaaaaaaaa", "a Parquet file")]
    [InlineData("ARROW1aaaaaaaaa", "an Arrow file")]
    [InlineData("PK\u0003\u0004aaaaaaaaaaaa", "a zip file")]
    public void A_foreign_file_is_named(string bytes, string name) => Refusal(Encoding.Latin1.GetBytes(bytes)).Found.ShouldBe(name);

    [Theory]
    [InlineData("RRF0")]
    [InlineData("RRF1")]
    public void Old_containers_are_refused_with_the_oldest_supported_version(string magic)
    {
        var refusal = Refusal([.. Encoding.ASCII.GetBytes(magic), 0, 22, 1, 0, 0, 2, 0, 0]);
        refusal.Message.ShouldContain($"0.22.1 ({magic}); the oldest supported is 0.23");
    }

    [Fact]
    public void A_protobuf_file_before_0_23_is_refused_by_its_version() =>
        Refusal([.. "RRF2"u8, 0, 22, 1, 0, 1, 2, 0, 0]).Message.ShouldContain("0.22.1 (by its header version); the oldest supported is 0.23");

    [Fact]
    public void Reserved_bytes_must_be_zero() => Refusal([.. "RRF2"u8, 0, 36, 2, 0, 1, 2, 0, 1]).Offset.ShouldBe(8);

    [Fact]
    public void The_header_of_profile_1_is_the_one_of_0_36_2()
    {
        var bytes = new byte[StreamHeader.Size];
        new StreamHeader(WriterProfile.V1.Version, StreamHeader.Lz4).Write(bytes);
        Convert.ToHexString(bytes).ShouldBe("525246320024020001020000");
    }

    private static RrdFormatException Refusal(byte[] bytes) => Should.Throw<RrdFormatException>(() => StreamHeader.Read(bytes, 0));
}
