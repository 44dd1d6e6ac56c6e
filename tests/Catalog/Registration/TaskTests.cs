using Strata.Arrow;
using Strata.Catalog.Protocol;
using Strata.TestSupport;
using static Strata.Catalog.Tests.Registration.RegistrationClient;

namespace Strata.Catalog.Tests.Registration;

/// <summary>Source: catalog-protocol §2.17.</summary>
public sealed class TaskTests : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Tasks_are_told_the_same_after_a_restart()
    {
        var data = _folder.Path("data");
        Directory.CreateDirectory(data);
        string[] ids;
        IReadOnlyList<TaskState> before;
        await using (var host = await CatalogHost.StartAsync(folder: data))
        {
            var dataset = (await Entries.EntryClient.CreateAsync(host, "robots")).Details.Id;
            var (a, b) = (Source(_folder.Write("a.rrd", TestSupport.Recordings.Scalars("a"))), Source(_folder.Write("b.rrd", TestSupport.Recordings.Scalars("b"))));
            await host.RegisterAsync(dataset, a);
            ids = [.. (await host.RegisterAsync(dataset, a, b)).Select(r => r.Task)];
            before = await host.CompletedAsync(ids);
            before.Select(t => t.Status).ShouldBe(["failed", "success"]);
        }

        await using (var host = await CatalogHost.StartAsync(folder: data))
        {
            (await host.CompletedAsync(ids)).ShouldBe(before);
        }
    }

    [Fact]
    public async Task Each_id_is_answered_once_and_one_that_nobody_gave_is_not_found()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = (await Entries.EntryClient.CreateAsync(host, "robots")).Details.Id;
        var task = (await host.RegisterAsync(dataset, Source(_folder.Write("a.rrd", TestSupport.Recordings.Scalars("a"))))).Single().Task;
        string[] unknown = ["nonsense", "task_", "task_FFFFFFFFFFFFFFFF", "task_7FFFFFFFFFFFFFFF", "task_0123456789abcdef0123456789abcdef_0", "task_xyz_0", "task_0123_-1"];
        var rows = await host.CompletedAsync([task, .. unknown, task]);
        rows.Select(r => r.Id).ShouldBe([task, .. unknown]);
        rows.Select(r => r.Status).ShouldBe(["success", .. unknown.Select(_ => "not found")]);
    }

    [Fact]
    public async Task The_table_has_the_columns_of_the_clients_generation()
    {
        await using var host = await CatalogHost.StartAsync();
        foreach (var (client, name, type) in new (string, string, ArrowType)[] { (OldClient, "blob_len", UInt64Type.Default), (NewClient, "blob", BinaryType.Default) })
        {
            var empty = await host.TaskTableAsync(client);
            empty.Length.ShouldBe(0);
            empty.Schema.FieldsList.Select(f => f.Name).ShouldBe(
                ["task_id", "kind", "data", "exec_status", "msgs", name, "lease_owner", "lease_expiration", "attempts", "creation_time", "last_update_time"]);
            empty.Schema.GetFieldByIndex(5).DataType.ShouldBe(type);
            empty.Schema.FieldsList.Where(f => !f.IsNullable).Select(f => f.Name).ShouldBe(["task_id", "exec_status", "attempts"]);
            (await host.TaskTableAsync(client, "x")).Schema.ShouldBe(empty.Schema);
        }
    }

    [Fact]
    public async Task A_cancel_is_answered_and_takes_nothing_back()
    {
        await using var host = await CatalogHost.StartAsync();
        var dataset = (await Entries.EntryClient.CreateAsync(host, "robots")).Details.Id;
        var task = (await host.RegisterAsync(dataset, Source(_folder.Write("a.rrd", TestSupport.Recordings.Scalars("a"))))).Single().Task;
        await host.CallAsync<CancelTasksRequest, CancelTasksResponse>("CancelTasks", new() { Ids = { new TaskId { Id = task }, new TaskId { Id = "x" } } });
        (await host.CompletedAsync([task])).Single().Status.ShouldBe("success");
        (await host.LayersAsync(dataset)).Count.ShouldBe(1);
    }
}
