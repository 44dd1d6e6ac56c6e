using Strata.Web;

namespace Strata.Cli;

/// <summary>A server that is away, or whose database is, is asked again for as long as it takes, as a robot does. Whoever looks on ends it.</summary>
/// <param name="tell">Is told why it waits.</param>
internal sealed class PatientOperations(IOperations operations, Action<string> tell, TimeProvider clock) : IOperations
{
    /// <summary>A server that starts again needs some seconds.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<TResponse> RunAsync<TRequest, TResponse>(
        OperationRoute<TRequest, TResponse> route, TRequest request, IProgress<OperationProgress> progress, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await operations.RunAsync(route, request, progress, cancellationToken);
            }
            catch (OperationException e) when (e.Code is OperationErrors.Internal or OperationErrors.StorageRefused or OperationErrors.Parked)
            {
                tell(e.Message);
                await Task.Delay(Pause, clock, cancellationToken);
            }
        }
    }
}
