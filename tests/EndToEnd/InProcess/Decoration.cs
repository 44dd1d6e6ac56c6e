using Microsoft.Extensions.DependencyInjection;

namespace Strata.EndToEnd.Tests;

internal static class Decoration
{
    /// <summary>Puts something between the rooms: whoever asks for the service gets what <paramref name="around"/> makes of the one that is registered.</summary>
    public static void Decorate<T>(this IServiceCollection services, Func<T, T> around)
        where T : class
    {
        var registered = services.Last(d => d.ServiceType == typeof(T));
        services.Remove(registered);
        services.AddSingleton(provider => around((T)(registered.ImplementationInstance
            ?? registered.ImplementationFactory?.Invoke(provider)
            ?? ActivatorUtilities.CreateInstance(provider, registered.ImplementationType!))));
    }
}
