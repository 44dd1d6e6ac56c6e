using Grpc.Core;
using Strata.Catalog.Access;
using Strata.Catalog.Entries;
using Strata.Catalog.Protocol;
using DatasetEntry = Strata.Projections.DatasetEntry;
using DatasetKind = Strata.Contracts.DatasetKind;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Source: catalog-protocol §2.4.</summary>
    public override async Task<FindEntriesResponse> FindEntries(FindEntriesRequest request, ServerCallContext context)
    {
        var selection = EntrySelection.Of(request.Filter);
        var found = await CandidatesAsync(selection, context.CancellationToken);
        var answer = new FindEntriesResponse();
        var access = context.Access();
        answer.Entries.AddRange(found.Where(e => access.CanRead(e.Owner) && selection.Wants(EntryMessages.EntryKindOf(e.Kind), e.Dataset, e.Name)).Select(e => e.ToDetails()));
        if (selection.Wants(EntryKind.Table, SystemEntry.Id, SystemEntry.Name))
        {
            answer.Entries.Add(await _systemEntry.ToDetailsAsync(context.CancellationToken));
        }

        return answer;
    }

    /// <summary>All that may match: one by its name or id, else those of the kinds.</summary>
    private async Task<IReadOnlyList<DatasetEntry>> CandidatesAsync(EntrySelection selection, CancellationToken cancellationToken)
    {
        var moments = Ports.ReadModels.Moments;
        return selection switch
        {
            { Name: { } name } => await moments.FindAsync(name, cancellationToken) is { } entry ? [entry] : [],
            { Id: { } id } => await moments.FindAsync(id, cancellationToken) is { } entry ? [entry] : [],
            _ => await Ports.ReadModels.Entries.ListAsync([.. Enum.GetValues<DatasetKind>().Where(k => selection.Kinds.Contains(EntryMessages.EntryKindOf(k)))], cancellationToken),
        };
    }
}
