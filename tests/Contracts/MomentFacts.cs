namespace Strata.Contracts.Tests;

public sealed class MomentFacts
{
    private const long Noon = 1_795_262_400_000_000_000;

    [Theory]
    [InlineData("2026-11-21T12:00:00Z", Noon)]
    [InlineData("2026-11-21T12:00:00", Noon)]
    [InlineData("2026-11-21 12:00", Noon)]
    [InlineData("2026-11-21T14:00:00+02:00", Noon)]
    [InlineData("2026-11-21T06:30:00-0530", Noon)]
    [InlineData("2026-11-21T14:00+02", Noon)]
    [InlineData("2026-11-21T12:00:00.5Z", Noon + 500_000_000)]
    [InlineData("2026-11-21T12:00:00.123456789z", Noon + 123_456_789)]
    [InlineData("2026-11-21", Noon - 43_200_000_000_000)]
    public void A_time_is_nanoseconds_of_UTC_and_a_date_is_its_start(string text, long ns) => Moment.TryParse(text).ShouldBe(new Moment.Time(ns));

    [Theory]
    [InlineData("0", 0)]
    [InlineData("1234", 1234)]
    [InlineData("2026", 2026)]
    public void Digits_alone_are_a_position(string text, long position) => Moment.TryParse(text).ShouldBe(new Moment.Position(position));

    [Theory]
    [InlineData("")]
    [InlineData("-1")]
    [InlineData("now")]
    [InlineData("2026-13-01")]
    [InlineData("2026-11-21T25:00:00Z")]
    [InlineData("2026-11-21T12:00:00.Z")]
    [InlineData("2026-11-21T12:00:00.1234567890Z")]
    [InlineData("2026-11-21T12:00.5Z")]
    [InlineData("2026-11-21T12:00:00+2:00:00")]
    [InlineData("2026-11-21Z")]
    [InlineData("11/21/2026")]
    [InlineData("0001-01-01")]
    [InlineData("9999-12-31")]
    [InlineData("99999999999999999999")]
    public void Anything_else_is_no_moment(string text) => Moment.TryParse(text).ShouldBeNull();

    [Fact]
    public void A_name_of_a_moment_is_a_dataset_and_what_stands_in_brackets_behind_it()
    {
        MomentName.TryParse("robots[12]").ShouldBe(new MomentName("robots", new Moment.Position(12), "12"));
        MomentName.TryParse("sim[v2][2026-11-21T12:00:00Z]").ShouldBe(new MomentName("sim[v2]", new Moment.Time(Noon), "2026-11-21T12:00:00Z"));
        MomentName.TryParse("robots[2026-13-01]").ShouldBe(new MomentName("robots", null, "2026-13-01"));
    }

    [Theory]
    [InlineData("robots")]
    [InlineData("robots[v2]")]
    [InlineData("robots[]")]
    [InlineData("robots[12")]
    [InlineData("robots[12] ")]
    [InlineData("[12]")]
    [InlineData("[")]
    [InlineData("]")]
    [InlineData("")]
    public void Any_other_name_is_just_a_name(string name) => MomentName.TryParse(name).ShouldBeNull();

    [Theory]
    [InlineData("robots[12]")]
    [InlineData("robots[2026-13-01]")]
    public void No_new_entry_can_be_called_like_a_moment(string name)
    {
        Names.RefuseEntryName(name).ShouldBeNull();
        Names.RefuseNewEntryName(name).ShouldNotBeNull().ShouldContain("means dataset 'robots' as of");
        Names.RefuseNewEntryName("robots[v2]").ShouldBeNull();
    }

    [Fact]
    public void The_id_of_a_moment_tells_its_position_and_half_of_its_dataset()
    {
        var dataset = DatasetId.Parse("0198c0de000070008000000000000abc");
        MomentId.Of(dataset, 0x1234).ShouldBe(DatasetId.Parse("a50f0000000012348000000000000abc"));
        MomentId.TryRead(MomentId.Of(dataset, MomentId.MaxPosition)).ShouldBe((MomentId.MaxPosition, "8000000000000abc"));
        MomentId.TryRead(dataset).ShouldBeNull();
        MomentId.TryRead(DatasetId.New()).ShouldBeNull();
        MomentId.TryRead(SystemEntries.EntriesTableId).ShouldBeNull();
        Should.Throw<ArgumentOutOfRangeException>(() => MomentId.Of(dataset, MomentId.MaxPosition + 1));
    }
}
