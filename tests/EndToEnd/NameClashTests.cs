namespace Strata.EndToEnd.Tests;

/// <summary>Two properties that want one column name, as a person at the command line sees them.</summary>
public sealed class NameClashTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-clash-").FullName;

    [Theory]
    [InlineData("segments")]
    [InlineData("manifest")]
    public async Task The_table_shows_both_and_names_the_one_that_could_not_have_its_name(string command)
    {
        var data = Path.Combine(_folder, "data");
        var file = SmallRecordings.WriteProperties(_folder, "run", "my-prop", "my.prop", "weight");
        await StrataProgram.JsonAsync(data, 0, "register", file, "--dataset", "arm");

        var shown = await StrataProgram.RunAsync(data, command, "arm");
        var row = (await StrataProgram.JsonAsync(data, 0, command, "arm"))[0];

        shown.Code.ShouldBe(0);
        shown.Error.Split(Environment.NewLine).ShouldContain("property:my_prop:v_2 is the property at /__properties/my-prop: its name property:my_prop:v was taken by another one");
        shown.Error.ShouldNotContain("weight:v is");
        (row.GetProperty("property:my_prop:v")[0].GetInt64(), row.GetProperty("property:my_prop:v_2")[0].GetInt64(), row.GetProperty("property:weight:v")[0].GetInt64()).ShouldBe((1, 0, 2));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
