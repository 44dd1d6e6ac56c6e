using Microsoft.Extensions.DependencyInjection;
using Strata.EventStore;
using Strata.Projections;
using Strata.Registrar;

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
        catch (CommandRefusedException e)
        {
            throw new OperationException(CodeOf(e.Kind), e.Message, e.Kind == RefusalKind.Contended ? "try again" : null);
        }
        catch (MomentException e)
        {
            throw new OperationException(e.Fault == MomentFault.Invalid ? OperationErrors.Invalid : OperationErrors.NotFound, e.Message, null);
        }
        catch (ProjectionParkedException e)
        {
            throw new OperationException(OperationErrors.Parked, e.Message, e.LogIsDamaged ? null : "mend the cause, then 'strata projections resume'");
        }
        catch (LogDamagedException e)
        {
            throw new OperationException(OperationErrors.StorageRefused, e.Message, null);
        }
        catch (ProjectionLagException e)
        {
            throw new OperationException(OperationErrors.Parked, e.Message, "mend that and repeat the command; the tables catch up by themselves");
        }
    }

    private static string CodeOf(RefusalKind kind) => kind switch
    {
        RefusalKind.NotFound => OperationErrors.NotFound,
        RefusalKind.Invalid => OperationErrors.Invalid,
        RefusalKind.FailedPrecondition => OperationErrors.FailedPrecondition,
        _ => OperationErrors.Conflict,
    };
}
