namespace Strata.Cli.Tests;

public sealed class RecordingPathsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("strata-paths-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_folder_stands_for_its_recordings_in_ordinal_order()
    {
        Touch("recordings/b.rrd", "recordings/a.rrd", "recordings/B.rrd", "recordings/notes.txt", "recordings/deeper/c.rrd");

        var expansion = Expand("recordings");

        expansion.Found.Select(f => f.Shown).ShouldBe(["recordings/B.rrd", "recordings/a.rrd", "recordings/b.rrd"]);
        FolderWords.PassedOver(expansion).ShouldBe("1 other file passed over: notes.txt; 1 folder with more recordings passed over: recordings/deeper; to take those too: 'recordings/**/*.rrd'");
        expansion.Refused.ShouldBeEmpty();
    }

    [Fact]
    public void A_relative_path_is_shown_as_written_and_opened_and_stored_as_absolute()
    {
        Touch("recordings/a b.rrd");

        var found = Expand("recordings/a b.rrd").Found.ShouldHaveSingleItem();

        found.Shown.ShouldBe("recordings/a b.rrd");
        found.FullPath.ShouldBe(Path.Combine(_folder, "recordings/a b.rrd"));
        found.Url.ShouldBe($"file://{_folder}/recordings/a%20b.rrd");
    }

    [Fact]
    public void The_same_file_named_twice_is_one_recording()
    {
        Touch("recordings/a.rrd");

        Expand("recordings", "recordings/a.rrd", Path.Combine(_folder, "recordings", "a.rrd")).Found.ShouldHaveSingleItem();
    }

    [Fact]
    public void A_glob_matches_files_and_two_stars_any_depth()
    {
        Touch("r/a1.rrd", "r/a2.rrd", "r/b1.rrd", "r/x/a3.rrd", "r/x/y/a4.rrd", "r/.hidden.rrd");

        Expand("r/a?.rrd").Found.Select(f => f.Shown).ShouldBe(["r/a1.rrd", "r/a2.rrd"]);
        Expand("r/**/a*.rrd").Found.Select(f => f.Shown).ShouldBe(["r/a1.rrd", "r/a2.rrd", "r/x/a3.rrd", "r/x/y/a4.rrd"]);
        Expand("*/*.rrd").Found.Select(f => f.Shown).ShouldBe(["r/a1.rrd", "r/a2.rrd", "r/b1.rrd"]);
        Expand(Path.Combine(_folder, "r", "b*.rrd")).Found.Select(f => f.FullPath).ShouldBe([Path.Combine(_folder, "r", "b1.rrd")]);
    }

    [Fact]
    public void A_file_whose_name_looks_like_a_pattern_is_that_file()
    {
        Touch("r/a*.rrd", "r/ab.rrd");

        Expand("r/a*.rrd").Found.ShouldHaveSingleItem().Shown.ShouldBe("r/a*.rrd");
    }

    [Fact]
    public void A_file_url_is_opened_as_a_path_and_shown_unchanged()
    {
        Touch("r/a b.rrd");
        var url = $"file://{_folder}/r/a%20b.rrd";

        var found = Expand(url).Found.ShouldHaveSingleItem();

        found.Url.ShouldBe(url);
        found.FullPath.ShouldBe(Path.Combine(_folder, "r/a b.rrd"));
    }

    [Theory]
    [InlineData("gone.rrd", "no such file or folder; check")]
    [InlineData("gone/a.rrd", "gone does not exist; check the spelling")]
    [InlineData("fine/gone/deeper/a.rrd", "/fine")]
    [InlineData("*.rrd", "no file matches this pattern; look")]
    [InlineData("gs://bucket/a.rrd", "gs:// is not opened yet; download")]
    [InlineData("s3://bucket", "expected s3://BUCKET/KEY")]
    [InlineData("http://host/a.rrd", "http:// is not opened yet")]
    [InlineData("empty", "this folder is empty; name")]
    [InlineData("others", "no .rrd in this folder; it holds notes.txt")]
    [InlineData("above", "'above/**/*.rrd'")]
    [InlineData("drive.mcap", "rerun mcap convert drive.mcap -o drive.rrd")]
    [InlineData("drives", "rerun mcap convert 'drives/a b.mcap' -o 'drives/a b.rrd', and likewise the 1 other")]
    [InlineData("view.rbl", "blueprint")]
    [InlineData("", "empty")]
    public void What_is_no_recording_is_refused_with_a_helpful_word_and_the_others_are_kept(string argument, string words)
    {
        Touch("drive.mcap", "drives/a b.mcap", "drives/c.MCAP", "view.rbl", "others/notes.txt", "above/below/a.rrd", "fine/a.rrd");
        Directory.CreateDirectory(Path.Combine(_folder, "empty"));

        var expansion = Expand(argument, "fine");

        expansion.Refused.ShouldHaveSingleItem().Reason.ShouldContain(words);
        expansion.Found.ShouldHaveSingleItem().Shown.ShouldBe("fine/a.rrd");
    }

    [Fact]
    public void A_link_to_a_folder_above_is_not_gone_round()
    {
        Touch("r/a.rrd", "r/x/b.rrd");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "r/x/up"), Path.Combine(_folder, "r"));
        Directory.CreateDirectory(Path.Combine(_folder, "bare"));
        Directory.CreateSymbolicLink(Path.Combine(_folder, "bare/self"), Path.Combine(_folder, "bare"));

        Expand("r/**/*.rrd").Found.Select(f => f.Shown).ShouldBe(["r/a.rrd", "r/x/b.rrd"]);
        Expand("bare").Refused.ShouldHaveSingleItem().Reason.ShouldContain("it holds self");
    }

    [Fact]
    public void A_folder_that_cannot_be_read_is_named_and_the_others_are_kept()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() || Environment.IsPrivilegedProcess, "whoever runs this may read everything; run it as an ordinary user on Linux or macOS");
        Touch("locked/a.rrd", "r/a.rrd", "above/locked/b.rrd");
        string[] locked = [Path.Combine(_folder, "locked"), Path.Combine(_folder, "above/locked")];
        SetModes(locked, UnixFileMode.None);
        try
        {
            var expansion = Expand("locked", "above", "**/*.rrd", "r");

            expansion.Found.Select(f => f.Shown).ShouldBe(["r/a.rrd"]);
            expansion.Refused.Where(r => r.Reason.Contains("cannot be read", StringComparison.Ordinal)).Select(r => r.Shown).ShouldBe(["locked", "above/locked"]);
        }
        finally
        {
            SetModes(locked, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    [Fact]
    public void A_folder_below_that_cannot_be_read_is_named_beside_the_recordings_and_where_there_are_none()
    {
        Touch("r/a.rrd", "r/locked/b.rrd", "none/locked/c.rrd");

        var expansion = RecordingPaths.Expand(["r", "none"], _folder, folder => Path.GetFileName(folder) != "locked");

        expansion.Found.ShouldHaveSingleItem().Shown.ShouldBe("r/a.rrd");
        expansion.Refused.Where(r => r.Reason.Contains("cannot be read", StringComparison.Ordinal)).Select(r => r.Shown).ShouldBe(["r/locked", "none/locked"]);
    }

    [Fact]
    public void A_url_of_a_folder_is_refused_with_its_path()
    {
        Touch("r/a.rrd");

        Expand($"file://{_folder}/r").Refused.ShouldHaveSingleItem().Reason.ShouldBe($"a URL names one recording, and this is a folder; name it by its path: {_folder}/r");
    }

    [Theory]
    [InlineData("locked/a.rrd")]
    [InlineData("locked/deeper/a.rrd")]
    public void Of_a_file_in_a_folder_that_cannot_be_read_it_is_not_said_that_there_is_none(string file)
    {
        Touch("locked/other.rrd");

        foreach (var argument in new[] { file, $"file://{_folder}/{file}" })
        {
            RecordingPaths.Expand([argument], _folder, folder => Path.GetFileName(folder) != "locked").Refused.ShouldHaveSingleItem().Reason
                .ShouldBe($"whether it is there cannot be seen: the folder {_folder}/locked cannot be read (no permission, or the disk fails); ask its owner for read access");
        }
    }

    [Fact]
    public void Mcap_files_beside_recordings_are_passed_over_with_the_command_that_converts_them()
    {
        Touch("r/a.rrd", "r/d.mcap", "r/b.txt", "r/.hidden");

        FolderWords.PassedOver(Expand("r")).ShouldBe("2 other files passed over: b.txt, d.mcap; convert MCAP files first: rerun mcap convert r/d.mcap -o r/d.rrd");
    }

    [Fact]
    public void Folders_with_recordings_below_a_folder_that_has_some_are_named_with_the_pattern_that_takes_them_too()
    {
        Touch("r/a.rrd", "r/x/b.rrd", "r/y/z/c.rrd", "r/notes/n.txt", "r/x y/d.rrd");
        Directory.CreateSymbolicLink(Path.Combine(_folder, "r/link"), Path.Combine(_folder, "r/x"));

        FolderWords.PassedOver(Expand("r")).ShouldBe("3 folders with more recordings passed over: r/x, r/x y, r/y; to take those too: 'r/**/*.rrd'");
        Expand("r/**/*.rrd").Found.Count.ShouldBe(4);
        FolderWords.PassedOver(Expand("r/**/*.rrd")).ShouldBeNull();
        FolderWords.PassedOver(Expand("r", "r/x", "r/y/z", "r/x y")).ShouldBeNull("another argument took them");
    }

    [Fact]
    public void Of_many_folders_with_recordings_five_are_named()
    {
        Touch(["r/a.rrd", .. Enumerable.Range(0, 8).Select(i => $"r/{i}/b.rrd")]);

        FolderWords.PassedOver(Expand("r")).ShouldBe("8 folders with more recordings passed over: r/0, r/1, r/2, r/3, r/4, …; to take those too: 'r/**/*.rrd'");
    }

    private static void SetModes(string[] folders, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
        {
            foreach (var folder in folders)
            {
                File.SetUnixFileMode(folder, mode);
            }
        }
    }

    private PathExpansion Expand(params string[] arguments) => RecordingPaths.Expand(arguments, _folder);

    private void Touch(params string[] files)
    {
        foreach (var file in files)
        {
            var path = Path.Combine(_folder, file);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, []);
        }
    }
}
