using System.Reflection;

namespace Strata.Crash.Life;

/// <summary>Stands before a port and passes a fault point before and after each call of the methods that are named to it.</summary>
/// <typeparam name="T">The port.</typeparam>
internal class Crossing<T> : DispatchProxy
    where T : class
{
    private static readonly MethodInfo Awaiting = typeof(Crossing<T>).GetMethod(nameof(AwaitedAsync), BindingFlags.NonPublic | BindingFlags.Instance)!;

    private T _port = null!;
    private FaultPoints _points = null!;
    private IReadOnlyDictionary<string, string> _names = null!;

    /// <param name="names">Of a method the name of its point.</param>
    public static T Before(T port, FaultPoints points, params (string Method, string Point)[] names)
    {
        var crossing = Create<T, Crossing<T>>();
        var self = (Crossing<T>)(object)crossing;
        (self._port, self._points, self._names) = (port, points, names.ToDictionary(n => n.Method, n => n.Point, StringComparer.Ordinal));
        return crossing;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args)
    {
        var point = _names.GetValueOrDefault(targetMethod!.Name);
        if (point is null)
        {
            return Call(targetMethod, args);
        }

        _points.Pass(point + FaultPoint.Before);
        var answer = Call(targetMethod, args);
        switch (answer)
        {
            case Task task when targetMethod.ReturnType.IsGenericType:
                return Awaiting.MakeGenericMethod(targetMethod.ReturnType.GetGenericArguments()).Invoke(this, [task, point]);
            case Task task:
                return DoneAsync(task, point);
            default:
                _points.Pass(point + FaultPoint.After);
                return answer;
        }
    }

    private object? Call(MethodInfo method, object?[]? args) => method.Invoke(_port, BindingFlags.DoNotWrapExceptions, binder: null, args, culture: null);

    private async Task<TAnswer> AwaitedAsync<TAnswer>(Task<TAnswer> task, string point)
    {
        var answer = await task;
        _points.Pass(point + FaultPoint.After);
        return answer;
    }

    private async Task DoneAsync(Task task, string point)
    {
        await task;
        _points.Pass(point + FaultPoint.After);
    }
}
