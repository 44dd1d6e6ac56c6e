using Strata.EventStore;
using Strata.Projections.Storage;

namespace Strata.Cli.Tests;

public sealed class StorageFailuresTests
{
    [Fact]
    public void A_full_disk_is_known_by_the_log_the_tables_and_the_system_however_deep_it_lies()
    {
        Exception[] full =
        [
            new LogStorageException("full") { IsFull = true },
            new ReadModelStorageException("full", isTransient: true) { IsFull = true },
            new InvalidOperationException("start", new IOException("No space left on device", 28)),
        ];

        full.ShouldAllBe(failure => StorageFailures.IsFull(failure));
    }

    [Fact]
    public void Whose_disk_is_full_is_known_where_it_is_not_that_of_the_data_directory()
    {
        StorageFailures.DiskOf(new InvalidOperationException("start", new LogStorageException("full") { IsFull = true, DiskOf = "the database's server" })).ShouldBe("the database's server");
        StorageFailures.DiskOf(new LogStorageException("full") { IsFull = true }).ShouldBeNull();
    }

    [Fact]
    public void Another_failure_of_the_storage_is_no_full_disk()
    {
        Exception[] others = [new LogStorageException("damaged"), new ReadModelStorageException("held", isTransient: true), new IOException("gone"), new InvalidOperationException("other")];

        others.ShouldAllBe(failure => !StorageFailures.IsFull(failure));
    }
}
