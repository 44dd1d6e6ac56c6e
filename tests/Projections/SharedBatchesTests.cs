using Strata.Contracts;
using Strata.Projections.Folding;
using Strata.Projections.Running;

namespace Strata.Projections.Tests;

/// <summary>Several who fold the same log have it read once, and none of them waits for long for another.</summary>
public sealed class SharedBatchesTests
{
    private const int BatchEvents = 10;

    /// <summary>Of each batch that was read.</summary>
    private readonly List<long> _read = [];

    private readonly SharedBatches _shared;

    /// <summary>How many batches are found to be from before a purge, from here on.</summary>
    private int _outdated;

    private Exception? _fault;

    public SharedBatchesTests() => _shared = new(ReadAsync, _ => --_outdated < 0);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_two_take_one_after_the_other_is_read_once()
    {
        using var one = _shared.Join(0);
        using var other = _shared.Join(0);
        for (var i = 0; i < 5; i++)
        {
            (await one.NextAsync(Cancel)).ShouldBeSameAs(await other.NextAsync(Cancel));
        }

        _read.ShouldBe([0, 10, 20, 30, 40]);
    }

    [Fact]
    public async Task Who_is_ahead_waits_for_who_still_needs_what_would_be_forgotten()
    {
        using var ahead = _shared.Join(0);
        using var behind = _shared.Join(0);
        await ahead.NextAsync(Cancel);
        await ahead.NextAsync(Cancel);
        var third = ahead.NextAsync(Cancel);

        await behind.NextAsync(Cancel);

        (await third)!.FromPosition.ShouldBe(20);
        (await behind.NextAsync(Cancel))!.FromPosition.ShouldBe(10);
        _read.ShouldBe([0, 10, 20]);
    }

    [Fact]
    public async Task Who_does_not_go_on_holds_nobody_up_for_ever_and_reads_for_itself_later()
    {
        using var ahead = _shared.Join(0);
        using var stuck = _shared.Join(0);
        for (var i = 0; i < 4; i++)
        {
            await ahead.NextAsync(Cancel);
        }

        (await stuck.NextAsync(Cancel))!.FromPosition.ShouldBe(0);
        _read.ShouldBe([0, 10, 20, 30, 0]);
    }

    [Fact]
    public async Task Who_left_is_waited_for_by_nobody()
    {
        using var ahead = _shared.Join(0);
        var gone = _shared.Join(0);
        await ahead.NextAsync(Cancel);
        await ahead.NextAsync(Cancel);
        var third = ahead.NextAsync(Cancel);

        gone.Dispose();

        (await third)!.FromPosition.ShouldBe(20);
    }

    [Fact]
    public async Task What_could_not_be_read_is_read_again_by_the_next_who_asks()
    {
        using var one = _shared.Join(0);
        _fault = new InvalidOperationException("the disk");
        await Should.ThrowAsync<InvalidOperationException>(one.NextAsync(Cancel));
        _fault = null;

        (await one.NextAsync(Cancel))!.FromPosition.ShouldBe(0);
    }

    [Fact]
    public async Task Somebody_who_is_stopped_takes_nothing_from_another()
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        using var one = _shared.Join(0);
        using var other = _shared.Join(0);
        await stop.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(one.NextAsync(stop.Token));

        (await other.NextAsync(Cancel))!.FromPosition.ShouldBe(0);
    }

    [Fact]
    public async Task What_was_read_before_a_purge_is_read_again()
    {
        using var one = _shared.Join(0);
        using var other = _shared.Join(0);
        await one.NextAsync(Cancel);
        _outdated = 1;

        (await other.NextAsync(Cancel))!.FromPosition.ShouldBe(0);
        _read.ShouldBe([0, 0]);
    }

    private async Task<FoldBatch?> ReadAsync(long after, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await Task.Yield();
        lock (_read)
        {
            _read.Add(after);
        }

        return _fault is { } fault ? throw fault : new FoldBatch(after, [], after + BatchEvents, new Dictionary<Sha256Digest, ReadOnlyMemory<byte>>());
    }
}
