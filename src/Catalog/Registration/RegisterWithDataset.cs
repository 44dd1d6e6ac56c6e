using Grpc.Core;
using Microsoft.Extensions.Logging;
using Strata.Catalog.Access;
using Strata.Catalog.Dataframes;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using Strata.Catalog.Registration;
using Strata.Catalog.Uploads;
using Strata.Projections;
using Strata.Registrar;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Registers the sources as one append, and answers when the tables show it. Source: catalog-protocol §2.6, §11.4.</summary>
    public override async Task<RegisterWithDatasetResponse> RegisterWithDataset(RegisterWithDatasetRequest request, ServerCallContext context)
    {
        var dataset = await Ports.RequireChangeableAsync(context);
        var staged = await StagedSources.FindAsync(Ports.Staged, request.DataSources, context.Access(), context.CancellationToken);
        var sources = new SourceFiles(Ports.Recordings, staged).Resolve(request.DataSources, context.CancellationToken);
        var generation = ClientGeneration.Of(context);
        var command = new RegisterRecordings(
            dataset.Name,
            SourceFiles.DefaultLayer,
            sources,
            PolicyOf(request.OnDuplicate),
            KeepMode: null,
            DefaultRules: [],
            SourceOf(context),
            CommandId: null)
        {
            ById = dataset.Dataset,
            RefuseWholeCall = generation.RefusesDuplicates ? RefuseWholeCall.ForSources | RefuseWholeCall.ForDuplicates : RefuseWholeCall.ForSources,
            RegistrationId = TaskIds.NewRegistrationId(),
        };
        var outcome = await RegisterAsync(command, generation, context.CancellationToken);
        await ShownAsync(outcome.Position, context);
        return new() { Data = RegistrationTable.Of(outcome, command.RegistrationId, generation.NamesFailedSegments).ToPart() };
    }

    private async Task<RegisterOutcome> RegisterAsync(RegisterRecordings command, ClientGeneration generation, CancellationToken cancellationToken)
    {
        try
        {
            return await Ports.Registrar.RegisterAsync(command, progress: null, cancellationToken);
        }
        catch (CommandRefusedException e) when (e.Kind == RefusalKind.Unreadable)
        {
            throw new CatalogException(generation.Unreadable, e.Message);
        }
    }

    /// <summary>
    /// Ends when the tables show what was appended. When they cannot for the moment the append stands all the same, and the client must learn of it:
    /// it can wait for the task.
    /// </summary>
    private async Task ShownAsync(long position, ServerCallContext context)
    {
        try
        {
            await Ports.ReadModels.WaitForAsync(position, context.CancellationToken);
        }
        catch (ProjectionBehindException e)
        {
            logger.LogWarning("{Method} is answered although the tables do not show it yet: {Reason}", context.Method, e.Message);
        }
    }

    private static OnDuplicate PolicyOf(IfDuplicateBehavior behavior) => behavior switch
    {
        IfDuplicateBehavior.Unspecified or IfDuplicateBehavior.Skip => OnDuplicate.Skip,
        IfDuplicateBehavior.Overwrite => OnDuplicate.Replace,
        IfDuplicateBehavior.Error => OnDuplicate.Error,
        _ => throw CatalogException.UnknownEnumerationValue((int)behavior),
    };
}
