using Microsoft.Extensions.DependencyInjection;
using Strata.Projections;

namespace Strata.Web;

/// <summary>Runs operations in this process.</summary>
public sealed class LocalOperations(IServiceProvider services) : IOperations
{
    public async Task<TResponse> RunAsync<TRequest, TResponse>(
        OperationRoute<TRequest, TResponse> route, TRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        try
        {
            return await services.GetRequiredService<IOperation<TRequest, TResponse>>().RunAsync(request, progress, cancellationToken);
        }
        catch (ProjectionParkedException e)
        {
            throw new OperationException(OperationErrors.Parked, e.Message, "run 'strata rebuild' once the cause is mended");
        }
    }
}
