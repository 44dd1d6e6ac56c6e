using System.Globalization;
using SQLitePCL;
using Strata.Contracts;
using Strata.Projections.Running;
using Strata.Projections.Storage;
using Strata.Projections.Tests.Support;

namespace Strata.Projections.Tests;

public sealed class RebuildTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_rebuild_equals_the_live_generation_and_takes_its_place()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var before = await Histories.Show(folded.Models, story.Dataset, null);
        var rebuild = new Rebuild(folded.Models, story.Log);

        var report = await rebuild.RunAsync(verifyOnly: false, null, Cancel);

        report.Differences.ShouldBeEmpty();
        report.Events.ShouldBe(story.Log.Head);
        Generations(folded).ShouldBe(["current:2", "generation-1.db", "generation-2.db"]);
        (await Histories.Show(folded.Models, story.Dataset, null)).ShouldBe(before);

        story.Register("z", "base", "late");
        await folded.CatchUp();
        (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(["z"]), Cancel)).Length.ShouldBe(1);
        (await rebuild.RunAsync(verifyOnly: false, null, Cancel)).Differences.ShouldBeEmpty();
        Generations(folded).ShouldBe(["current:3", "generation-2.db", "generation-3.db"]);
    }

    [Theory]
    [InlineData("layers")]
    [InlineData("evaluations")]
    [InlineData("fence")]
    [InlineData("layers_by_segment")]
    public async Task Tables_that_are_damaged_on_the_disk_are_told_and_made_anew_from_the_log(string damaged)
    {
        var story = Histories.Long();
        var folder = Directory.CreateTempSubdirectory("strata-damaged-").FullName;
        string before;
        using (var whole = await Folded.UpToHead(story.Log, folder))
        {
            before = await Histories.Show(whole.Models, story.Dataset, null);
        }

        DamageFirstPageOf(damaged, Path.Combine(folder, "readmodels", "generation-1.db"));
        using (var folded = new Folded(story.Log, folder))
        {
            var rebuild = new Rebuild(folded.Models, story.Log);
            if (damaged != "fence")
            {
                (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldNotBeEmpty();
            }

            await rebuild.RunAsync(verifyOnly: false, null, Cancel);

            (await Histories.Show(folded.Models, story.Dataset, null)).ShouldBe(before);
            (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
            story.Register("z", "base", "late");
            await folded.CatchUp();
            (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(["z"]), Cancel)).Length.ShouldBe(1);
        }

        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Verifying_changes_nothing()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var rebuild = new Rebuild(folded.Models, story.Log);
        (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
        Generations(folded).ShouldBe(["current:1", "generation-1.db"]);
    }

    [Fact]
    public async Task Verifying_touches_no_file_of_the_data_directory()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        await Histories.Show(folded.Models, story.Dataset, null);
        var before = Contents(folded);

        (await new Rebuild(folded.Models, story.Log).RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();

        Contents(folded).ShouldBe(before);
    }

    [Fact]
    public async Task The_old_generation_is_kept_until_it_is_dropped()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        (await new Rebuild(folded.Models, story.Log).RunAsync(verifyOnly: false, null, Cancel)).KeptGeneration.ShouldBe(1);
        var control = new ProjectionControl(folded.Models, story.Log);

        var dropped = await control.DropOldAsync(Cancel);

        dropped.Select(d => (d.Projection, d.Number, d.Use)).ShouldBe([("catalog", 1, GenerationUse.Old), ("fleet", 1, GenerationUse.Old)]);
        dropped.ShouldAllBe(d => d.SizeBytes > 0);
        Generations(folded).ShouldBe(["current:2", "generation-2.db"]);
        (await control.DropOldAsync(Cancel)).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_blob_ends_the_replay_at_its_event_and_leaves_the_tables_as_they_are(bool verifyOnly)
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var before = await Histories.Show(folded.Models, story.Dataset, null);
        var last = story.Log.Events.Last(e => e.Event is LayerRegistered { PropertiesBlob: not null });
        var blob = ((LayerRegistered)last.Event).PropertiesBlob!.Value;
        story.Log.Damaged = blob;
        var rebuild = new Rebuild(folded.Models, story.Log);

        var stopped = await Should.ThrowAsync<ProjectionParkedException>(rebuild.RunAsync(verifyOnly, null, Cancel));

        stopped.LogIsDamaged.ShouldBeTrue();
        stopped.Position.ShouldBe(story.Log.Events.First(e => (e.Event as LayerRegistered)?.PropertiesBlob == blob).Position);
        stopped.Message.ShouldContain($"log.db is damaged: blob {blob}");
        Generations(folded).ShouldBe(["current:1", "generation-1.db"]);
        (await Histories.Show(folded.Models, story.Dataset, null)).ShouldBe(before);
    }

    [Fact]
    public async Task A_rebuild_beside_running_projections_loses_no_event()
    {
        var story = Histories.Long();
        using var folded = new Folded(story.Log);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = folded.Run(stop.Token);
        var rebuild = new Rebuild(folded.Models, story.Log);
        for (var round = 0; round < 3; round++)
        {
            var rebuilding = rebuild.RunAsync(verifyOnly: false, null, Cancel);
            for (var i = 0; i < 50; i++)
            {
                await folded.Models.WaitForAsync(story.Register($"{round} {i}", "base", "x"), Cancel);
            }

            (await rebuilding).Differences.ShouldBeEmpty();
        }

        (await folded.Models.Segments.ReadAsync(story.Dataset, new TableQuery(), Cancel)).Length.ShouldBe(10 + 150);
        (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(running);
    }

    [Fact]
    public async Task Verify_finds_one_flipped_byte_in_any_column_of_any_read_model()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var rebuild = new Rebuild(folded.Models, story.Log);
        var flips = 0;
        foreach (var (tables, table) in folded.Models.Projections.SelectMany(p => (IEnumerable<(FoldedTables, TableDefinition)>)[(p, Checkpoint.Table), .. p.Projection.Tables.Select(t => (p, t))]))
        {
            foreach (var column in Columns(tables, table.Name).Where(c => table != Checkpoint.Table || c != "id"))
            {
                var (key, flip, restore) = Flip(tables, table, column);
                Histories.Sql(tables, flip);
                var differences = (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences;
                if (table.Key.Contains(column))
                {
                    differences.Select(d => d.Table).ShouldBe([table.Name, table.Name], $"{table.Name}.{column}");
                    differences.Where(d => d.Live is null).ShouldHaveSingleItem().Key.ShouldBe(key);
                }
                else
                {
                    var difference = differences.ShouldHaveSingleItem($"{table.Name}.{column}");
                    (difference.Table, difference.Key, difference.Column).ShouldBe((table.Name, key, column));
                    difference.Live.ShouldNotBe(difference.Replayed);
                }

                Histories.Sql(tables, restore);
                flips++;
            }
        }

        flips.ShouldBeGreaterThan(80);
        (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_row_that_is_missing_or_too_many_is_reported_whole()
    {
        var story = Histories.Long();
        using var folded = await Folded.UpToHead(story.Log);
        var rebuild = new Rebuild(folded.Models, story.Log);
        Histories.Sql(folded, "DELETE FROM layers WHERE from_position = 4; UPDATE rules SET from_position = 1000 WHERE from_position = 3");

        var differences = (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences;

        differences.Select(d => (d.Table, d.Key, d.Live is null, d.Replayed is null)).ShouldBe(
        [
            ("layers", "from_position 4", true, false), ("rules", "from_position 3", true, false), ("rules", "from_position 1000", false, true),
        ]);

        (await rebuild.RunAsync(verifyOnly: false, null, Cancel)).Differences.Count.ShouldBe(3);
        (await rebuild.RunAsync(verifyOnly: true, null, Cancel)).Differences.ShouldBeEmpty();
    }

    /// <summary>Every file with its bytes and times, and the folder of the tables; SQLite's index of who reads (-shm) is no content.</summary>
    private static IEnumerable<string> Contents(Folded folded) =>
    [
        .. Directory.GetFiles(folded.Folder, "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith("-shm", StringComparison.Ordinal))
            .Order(StringComparer.Ordinal)
            .Select(path => $"{path} {File.GetLastWriteTimeUtc(path).Ticks} {Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Bytes(path)))}"),
        Directory.GetLastWriteTimeUtc(folded.Models.CatalogTables.Files.Folder).Ticks.ToString(CultureInfo.InvariantCulture),
    ];

    private static byte[] Bytes(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static IEnumerable<string> Generations(Folded folded)
    {
        var folder = Path.Combine(folded.Folder, "readmodels");
        return [$"current:{File.ReadAllText(Path.Combine(folder, "current"))}", .. Directory.GetFiles(folder, "*.db").Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal)];
    }

    private static List<string> Columns(FoldedTables tables, string table)
    {
        using var database = SqliteDatabase.OpenReadWrite(Histories.LivePath(tables));
        var rows = database.Prepare($"SELECT name FROM pragma_table_info('{table}')");
        var columns = new List<string>();
        while (rows.Step())
        {
            columns.Add(rows.Text(0));
        }

        return columns;
    }

    /// <summary>The SQL that flips one bit of one value of the column, in a row that has one, and the SQL that puts it back.</summary>
    private static (string Key, string Flip, string Restore) Flip(FoldedTables tables, TableDefinition table, string column)
    {
        using var database = SqliteDatabase.OpenReadWrite(Histories.LivePath(tables));
        var keys = string.Join(", ", table.Key);
        var rows = database.Prepare($"SELECT {column}, {keys} FROM {table.Name} WHERE {column} IS NOT NULL AND length({column}) > 0 ORDER BY {keys} DESC");
        rows.Step().ShouldBeTrue($"no row of {table.Name} has a value in {column}");
        var (value, flipped) = rows.Type(0) switch
        {
            raw.SQLITE_INTEGER => (Number(rows.Int64(0)), Number(rows.Int64(0) ^ 0x4000_0000)),
            raw.SQLITE_TEXT => ($"CAST(x'{Hex(rows.Bytes(0).ToArray())}' AS TEXT)", $"CAST(x'{Hex(Flipped(rows.Bytes(0).ToArray()))}' AS TEXT)"),
            _ => ($"x'{Hex(rows.Bytes(0).ToArray())}'", $"x'{Hex(Flipped(rows.Bytes(0).ToArray()))}'"),
        };
        var literals = table.Key.Select((name, i) => (Name: name, Value: Literal(rows, i + 1)))
            .ToArray();
        var key = string.Join(", ", table.Key.Select((name, i) => $"{name} {Words(rows, i + 1)}"));
        var where = string.Join(" AND ", literals.Select(l => $"{l.Name} = {l.Value}"));
        var whereFlipped = string.Join(" AND ", literals.Select(l => $"{l.Name} = {(l.Name == column ? flipped : l.Value)}"));
        rows.Reset();
        return (key, $"UPDATE {table.Name} SET {column} = {flipped} WHERE {where}", $"UPDATE {table.Name} SET {column} = {value} WHERE {whereFlipped}");
    }

    private static string Words(Statement rows, int column) => rows.Type(column) switch
    {
        raw.SQLITE_INTEGER => Number(rows.Int64(column)),
        raw.SQLITE_TEXT => rows.Text(column),
        _ => Hex(rows.Bytes(column).ToArray()),
    };

    private static string Literal(Statement rows, int column) => rows.Type(column) switch
    {
        raw.SQLITE_INTEGER => Number(rows.Int64(column)),
        raw.SQLITE_TEXT => $"CAST(x'{Hex(rows.Bytes(column).ToArray())}' AS TEXT)",
        _ => $"x'{Hex(rows.Bytes(column).ToArray())}'",
    };

    private static byte[] Flipped(byte[] bytes)
    {
        bytes[^1] ^= 1;
        return bytes;
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Hex(byte[] bytes) => Convert.ToHexStringLower(bytes);

    private static void DamageFirstPageOf(string tableOrIndex, string path)
    {
        long offset;
        using (var database = SqliteDatabase.OpenReadWrite(path))
        {
            var root = database.Prepare("SELECT rootpage FROM sqlite_master WHERE name = ?1").Bind(1, tableOrIndex);
            root.Step().ShouldBeTrue();
            offset = (root.Int64(0) - 1) * database.ReadInt64("PRAGMA page_size");
            root.Reset();
            database.Execute("PRAGMA wal_checkpoint(TRUNCATE)");
        }

        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Write);
        RandomAccess.Write(file, [.. Enumerable.Repeat((byte)0xAB, 60)], offset);
    }
}
