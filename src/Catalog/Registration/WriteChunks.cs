using Grpc.Core;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Catalog.Registration;
using Strata.Registrar;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Clients of 0.36 send chunks instead of naming a file: they become one recording a segment. Source: catalog-protocol §2.8.</summary>
    public override async Task<WriteChunksResponse> WriteChunks(IAsyncStreamReader<WriteChunksRequest> requestStream, ServerCallContext context)
    {
        var dataset = await Ports.RequireChangeableAsync(context);
        var written = new WrittenChunks(dataset.Name);
        while (await requestStream.MoveNext(context.CancellationToken))
        {
            written.Add(requestStream.Current.Chunk ?? throw CatalogException.MissingField("rerun.cloud.v1alpha1.WriteChunksRequest.chunk"));
        }

        var files = written.Finish();
        if (files.Count == 0)
        {
            return new();
        }

        using var keeping = await Ports.Gate.ShareAsync(context.CancellationToken);
        var kept = await Ports.Recordings.WriteAllAsync(files, context.CancellationToken);
        var command = new RegisterRecordings(
            dataset.Name,
            SourceFiles.DefaultLayer,
            [.. kept.Select(file => new RecordingRequest(file.Kept.Location, "") { Kept = file })],
            OnDuplicate.Error,
            KeepMode: null,
            DefaultRules: [],
            SourceOf(context),
            CommandId: null)
        {
            ById = dataset.Dataset,
            RefuseWholeCall = RefuseWholeCall.ForSources | RefuseWholeCall.ForDuplicates,
        };
        var outcome = await Ports.Registrar.RegisterAsync(command, progress: null, context.CancellationToken);
        await ShownAsync(outcome.Position, context);
        return outcome.Recordings.FirstOrDefault(r => r.Status == RegistrationStatus.Failed) is { } failed
            ? throw CatalogException.InvalidArgument($"segment '{failed.Segment}' was not registered: {failed.Reason}")
            : new();
    }
}
