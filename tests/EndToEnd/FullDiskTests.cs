using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Strata.Contracts;
using Strata.DerivationWorkers.Tests;
using Strata.EventStore;
using Strata.Recordings;

namespace Strata.EndToEnd.Tests;

/// <summary>The disk is full when what the rules made is to be written: who waits is told, and nothing that was registered is lost.</summary>
public sealed class FullDiskTests
{
    private const string Dataset = "arms";

    [Fact(Timeout = 60_000)]
    public async Task Registering_ends_with_a_reason_when_the_derived_layers_find_no_room()
    {
        await using var strata = await StrataInProcess.StartAsync(services => services.Decorate<IRecordingStore>(store => new NoRoom(store)));

        var answer = await strata.RegisterAsync(Dataset, [Samples.Files[0]], wait: true);

        answer.Recordings.ShouldHaveSingleItem().Status.ShouldBe("registered");
        answer.StandstillReason.ShouldNotBeNull().ShouldContain("No space left");
        answer.OpenEvaluations.ShouldBeGreaterThan(0);
    }

    [Fact(Timeout = 60_000)]
    public async Task Registering_ends_with_a_reason_when_the_log_finds_no_room_for_evaluations()
    {
        using var traces = new StackTraces();
        await using var strata = await StrataInProcess.StartAsync(services =>
        {
            services.AddLogging(logging => logging.SetMinimumLevel(LogLevel.Debug).AddProvider(traces));
            services.Decorate<IWorkClaims>(claims => new FullLog(claims));
        });

        var answer = await strata.RegisterAsync(Dataset, [Samples.Files[0]], wait: true);

        answer.Recordings.ShouldHaveSingleItem().Status.ShouldBe("registered");
        answer.StandstillReason.ShouldNotBeNull().ShouldContain("Free some room");
        traces.Levels.ShouldNotBeEmpty();
        traces.Levels.ShouldAllBe(level => level < LogLevel.Warning);
    }

    private sealed class NoRoom(IRecordingStore store) : RecordingStoreDecorator(store)
    {
        /// <summary>ENOSPC, as .NET gives it on Linux and macOS.</summary>
        private const int NoSpace = 28;

        public override Task<IReadOnlyList<KeptFile>> WriteAllAsync(IReadOnlyList<ReadOnlyMemory<byte>> files, CancellationToken cancellationToken) =>
            throw new IOException("No space left on device", NoSpace);
    }

    private sealed class FullLog(IWorkClaims claims) : IWorkClaims
    {
        public Task<IReadOnlyList<WorkClaim>> ClaimAsync(IReadOnlyList<Sha256Digest> workIds, string owner, TimeSpan lease, CancellationToken cancellationToken) =>
            throw new LogStorageException("log.db: the disk is full. Free some room, then try again") { IsFull = true };

        public Task<IReadOnlyList<WorkClaim>> RenewAsync(IReadOnlyList<WorkClaim> held, TimeSpan lease, CancellationToken cancellationToken) => claims.RenewAsync(held, lease, cancellationToken);

        public Task SettleAsync(IReadOnlyList<WorkClaim> settled, CancellationToken cancellationToken) => claims.SettleAsync(settled, cancellationToken);

        public Task PostponeAsync(WorkClaim claim, TimeSpan delay, string reason, CancellationToken cancellationToken) => claims.PostponeAsync(claim, delay, reason, cancellationToken);

        public Task ReturnAsync(IReadOnlyList<WorkClaim> returned, CancellationToken cancellationToken) => claims.ReturnAsync(returned, cancellationToken);

        public Task<int> FreeAllAsync(CancellationToken cancellationToken) => claims.FreeAllAsync(cancellationToken);

        public Task<IReadOnlyList<WorkClaim>> BeginAsync(IReadOnlyList<WorkClaim> begun, CancellationToken cancellationToken) => claims.BeginAsync(begun, cancellationToken);

        public Task<IReadOnlyList<Sha256Digest>> ReadIdleAsync(TimeSpan idleFor, Sha256Digest? after, int limit, CancellationToken cancellationToken) =>
            claims.ReadIdleAsync(idleFor, after, limit, cancellationToken);

        public Task<int> ForgetAsync(IReadOnlyList<Sha256Digest> workIds, TimeSpan idleFor, CancellationToken cancellationToken) => claims.ForgetAsync(workIds, idleFor, cancellationToken);

        public Task<IReadOnlyList<WorkAttempts>> ReadAsync(IReadOnlyList<Sha256Digest> workIds, CancellationToken cancellationToken) => claims.ReadAsync(workIds, cancellationToken);
    }

    /// <summary>What is logged with an exception is printed with its stack trace; that is for --verbose, which shows what is below a warning.</summary>
    private sealed class StackTraces : ILoggerProvider, ILogger
    {
        private readonly ConcurrentQueue<(LogLevel Level, Exception Fault)> _logged = new();

        public IEnumerable<LogLevel> Levels => _logged.Select(l => l.Level);

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (exception is not null)
            {
                _logged.Enqueue((logLevel, exception));
            }
        }

        public void Dispose()
        {
        }
    }
}
