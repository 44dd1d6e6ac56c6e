using System.Collections.Concurrent;
using Strata.Contracts;
using Strata.Registrar;

namespace Strata.DerivationWorkers.Tests;

/// <summary>Inputs are looked at wholly, and not only where a deriver reads. Source: DESIGN §5.</summary>
public sealed class WholeInputTests
{
    private const int Patience = 120_000;

    /// <summary>More than the end of a referenced file that is looked at whenever it is opened.</summary>
    private const int CameraValues = 40_000;

    private static CancellationToken Stopped => TestContext.Current.CancellationToken;

    [Theory(Timeout = Patience)]
    [InlineData("tracking_error")]
    [InlineData("base")]
    public async Task A_flipped_value_in_a_column_that_no_deriver_reads_is_found_and_told_by_file(string layer)
    {
        await using var catalog = await DerivedAsync(KeepMode.Copy);
        var kept = (await catalog.FindLayerAsync("s", "base"))!;
        Flip(catalog.FindFile(kept.Kept), MiddleOfCamera);

        var report = await catalog.Verification.RunAsync(catalog.Dataset, null, "s", layer, null, Stopped);

        var difference = report.Different.ShouldHaveSingleItem();
        (difference.What, difference.File).ShouldBe((layer == "base" ? VerifySubjects.FileSha256 : VerifySubjects.Input, kept.Kept.Location));
        difference.Place.ShouldNotBeNull().ShouldStartWith("somewhere in ");
    }

    [Fact(Timeout = Patience)]
    public async Task A_chunk_that_no_deriver_reads_and_that_is_not_what_the_index_says_is_told_by_file_byte_and_entity()
    {
        await using var catalog = await DerivedAsync(KeepMode.Copy);
        var kept = (await catalog.FindLayerAsync("s", "base"))!;
        Flip(catalog.FindFile(kept.Kept), StartOfCamera);

        var report = await catalog.Verification.RunAsync(catalog.Dataset, null, "s", "tracking_error", null, Stopped);

        var difference = report.Different.ShouldHaveSingleItem();
        (difference.What, difference.File).ShouldBe((VerifySubjects.Input, kept.Kept.Location));
        difference.Place.ShouldNotBeNull().ShouldStartWith("byte ");
        difference.Place.ShouldContain(" of /camera: expected 1 rows of /camera, found 1 rows of /bamera");
    }

    [Fact(Timeout = Patience)]
    public async Task A_referenced_file_is_equal_until_it_is_written_to_where_no_deriver_reads()
    {
        await using var catalog = await DerivedAsync(KeepMode.Reference);
        var kept = (await catalog.FindLayerAsync("s", "base"))!;
        var before = await catalog.Verification.RunAsync(catalog.Dataset, null, null, null, null, Stopped);
        (before.Equal, before.EqualBytes, before.EqualReference).ShouldBe((3, 2, 1));

        Flip(kept.Kept.Location, MiddleOfCamera);
        var report = await catalog.Verification.RunAsync(catalog.Dataset, null, null, null, null, Stopped);

        report.Different.Select(d => (d.Layer, d.What, d.File)).ShouldBe(
            [("base", VerifySubjects.Recording, kept.Kept.Location), ("tracking_error", VerifySubjects.Input, kept.Kept.Location)]);
        report.Different.ShouldAllBe(d => d.Found.Contains("values may have changed and no SHA-256 of it is recorded"));
    }

    [Fact(Timeout = Patience)]
    public async Task A_referenced_file_that_was_only_touched_is_equal_once_it_was_registered_again_and_nothing_is_derived_again()
    {
        await using var catalog = await DerivedAsync(KeepMode.Reference);
        var path = (await catalog.FindLayerAsync("s", "base"))!.Kept.Location;
        var derived = await catalog.FindLayerAsync("s", "tracking_error");
        File.SetLastWriteTimeUtc(path, File.GetLastWriteTimeUtc(path).AddSeconds(1));
        (await catalog.Verification.RunAsync(catalog.Dataset, null, null, null, null, Stopped)).Different.Count.ShouldBe(2);

        await catalog.RegisterAsync(OnDuplicate.Replace, KeepMode.Reference, path);
        await catalog.WaitUntilSettledAsync();

        (await catalog.Verification.RunAsync(catalog.Dataset, null, null, null, null, Stopped)).Equal.ShouldBe(3);
        (await catalog.FindLayerAsync("s", "tracking_error")).ShouldBe(derived);
    }

    [Fact(Timeout = Patience)]
    public async Task A_referenced_file_that_looks_untouched_is_read_wholly()
    {
        await using var catalog = await DerivedAsync(KeepMode.Reference);
        var kept = (await catalog.FindLayerAsync("s", "base"))!;
        var written = File.GetLastWriteTimeUtc(kept.Kept.Location);
        Flip(kept.Kept.Location, StartOfCamera);
        File.SetLastWriteTimeUtc(kept.Kept.Location, written);

        var report = await catalog.Verification.RunAsync(catalog.Dataset, null, "s", "tracking_error", null, Stopped);

        var difference = report.Different.ShouldHaveSingleItem();
        (difference.What, difference.File).ShouldBe((VerifySubjects.Input, kept.Kept.Location));
        difference.Place.ShouldNotBeNull().ShouldContain(" of /camera");
    }

    [Fact(Timeout = Patience)]
    public async Task A_file_that_is_a_layer_and_an_input_is_read_once_and_progress_ends_with_all_of_it()
    {
        await using var catalog = await DerivedAsync(KeepMode.Copy);
        var heard = new Heard();
        var bytes = 0L;
        foreach (var layer in (string[])["base", "tracking_error", "quality"])
        {
            bytes += (await catalog.FindLayerAsync("s", layer))!.FileSizeBytes;
        }

        var report = await catalog.Verification.RunAsync(catalog.Dataset, null, "s", null, heard, Stopped);

        report.ReadBytes.ShouldBe(bytes);
        heard.Steps.Select(s => s.DoneBytes).ShouldBeInOrder();
        heard.Steps[^1].ShouldBe(new VerifyProgress(bytes, bytes));
    }

    private static async Task<Catalog> DerivedAsync(KeepMode keep)
    {
        var catalog = await Catalog.CreateAsync();
        catalog.Start(catalog.Worker());
        await catalog.RegisterAsync(OnDuplicate.Known, keep, catalog.WriteWithCamera("s", Enumerable.Range(0, CameraValues).Select(i => Math.Sqrt(i)), 0.1, 0.2));
        await catalog.WaitUntilSettledAsync();
        return catalog;
    }

    /// <summary>A byte of a value: what is read is as well formed as before.</summary>
    private static int MiddleOfCamera(byte[] file) => IndexOf(file, CameraValues / 2);

    /// <summary>The entity's path, in the head of its chunk, reads as another one.</summary>
    private static int StartOfCamera(byte[] file) => file.AsSpan().IndexOf("/camera"u8) + 1;

    private static int IndexOf(byte[] file, int value) => file.AsSpan().IndexOf(BitConverter.GetBytes(Math.Sqrt(value)));

    private static void Flip(string path, Func<byte[], int> place)
    {
        var bytes = File.ReadAllBytes(path);
        bytes[place(bytes)] ^= 1;
        File.SetAttributes(path, FileAttributes.Normal);
        File.WriteAllBytes(path, bytes);
    }

    private sealed class Heard : IProgress<VerifyProgress>
    {
        private readonly ConcurrentQueue<VerifyProgress> _steps = [];

        public IReadOnlyList<VerifyProgress> Steps => [.. _steps];

        public void Report(VerifyProgress value) => _steps.Enqueue(value);
    }
}
