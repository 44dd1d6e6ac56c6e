using Microsoft.Extensions.DependencyInjection;

namespace Strata.Web;

/// <summary>Runs operations in this process, for one who asks.</summary>
public sealed class LocalOperations(IServiceProvider services, Asker asker) : IOperations
{
    public async Task<TResponse> RunAsync<TRequest, TResponse>(
        OperationRoute<TRequest, TResponse> route, TRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await services.GetRequiredService<IOperation<TRequest, TResponse>>().RunAsync(request, asker, progress, cancellationToken);
        }
        catch (Exception e) when (OperationFaults.TryTranslate(e, route.NextIfLost(request)) is { } translated)
        {
            throw translated;
        }
    }
}
