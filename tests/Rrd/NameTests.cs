namespace Strata.Rrd.Tests;

public class NameTests
{
    [Theory]
    [InlineData("rerun.archetypes.Scalars", "Scalars:scalars", "Scalars", "scalars")]
    [InlineData("rerun.blueprint.archetypes.Panel", "Panel:state", "Panel", "state")]
    [InlineData("user.CustomPoints", "user.CustomPoints:colors", "user.CustomPoints", "colors")]
    [InlineData("rerun.archetypes.Scalars", "other", "Scalars", "other")]
    [InlineData(null, "tracking_good", null, "tracking_good")]
    public void A_component_has_an_archetype_and_a_field(string? archetype, string component, string? shortName, string field)
    {
        var descriptor = new ComponentDescriptor(archetype, component, null);
        descriptor.ArchetypeShortName.ShouldBe(shortName);
        descriptor.FieldName.ShouldBe(field);
    }

    [Fact]
    public void Components_without_archetype_come_first()
    {
        ComponentDescriptor[] sorted =
            [new(null, "v", null), new(null, "zz", null), new("my.archetypes.Points", "my.archetypes.Points:colors", null), new("rerun.archetypes.Scalars", "Scalars:scalars", null)];
        sorted.Reverse().Order().ShouldBe(sorted);
    }

    [Theory]
    [InlineData("/derived/tracking_error", "Scalars:scalars", "/derived/tracking_error:Scalars:scalars")]
    [InlineData("/__properties", "RecordingInfo:start_time", "property:RecordingInfo:start_time")]
    [InlineData("/__properties/quality", "tracking_good", "property:quality:tracking_good")]
    [InlineData(@"/__properties/my\ prop", "v", @"property:my\ prop:v")]
    public void Dataframe_names_are_those_of_Rerun(string path, string component, string name) => ColumnNames.Dataframe(EntityPath.Parse(path), component).ShouldBe(name);

    [Theory]
    [InlineData("my.app", "my-appc742")]
    [InlineData("my/application", "my-applicationdb26")]
    [InlineData("valid/app", "valid-app57ca")]
    [InlineData("demo_app-[1]: x", "demo_app-[1]: x")]
    public void Application_ids_are_normalised_as_by_Rerun(string id, string normalised) => ApplicationId.Normalise(id).ShouldBe(normalised);

    [Fact]
    public void A_long_application_id_is_cut_and_hashed()
    {
        var normalised = ApplicationId.Normalise(new string('a', 181));
        normalised.Length.ShouldBe(180);
        normalised[..176].ShouldBe(new string('a', 176));
        ApplicationId.Normalise(new string('a', 180)).ShouldBe(new string('a', 180));
    }

    [Theory]
    [InlineData(0, 36, 2, 0, "0.36.2", 140288)]
    [InlineData(0, 37, 0, 0xC1, "0.37.0-alpha.1+dev", -1056955136)]
    public void Version_bytes_are_read_and_packed(byte major, byte minor, byte patch, byte meta, string text, int bits)
    {
        var version = new CrateVersion(major, minor, patch, meta);
        version.ToString().ShouldBe(text);
        version.Bits.ShouldBe(bits);
        CrateVersion.FromBits(bits).ShouldBe(version);
    }
}
