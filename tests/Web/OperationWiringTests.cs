using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Strata.Web.Tests;

/// <summary>An operation is complete when it has a route, a place in REST and a registration; none may be forgotten.</summary>
public sealed class OperationWiringTests
{
    private static readonly Type[] Operations =
    [
        .. typeof(OperationEndpoints).Assembly.GetTypes().Where(t => t is { IsClass: true, IsAbstract: false } && t.GetInterfaces().Any(IsOperation)),
    ];

    [Fact]
    public void Every_operation_is_registered()
    {
        var services = new ServiceCollection();
        services.AddStrataOperations();

        Operations.Except(services.Select(s => s.ImplementationType!)).ShouldBeEmpty();
    }

    [Fact]
    public async Task Every_operation_has_its_own_place_in_rest_with_a_summary()
    {
        await using var app = WebApplication.CreateSlimBuilder().Build();
        app.MapStrataApi();
        var mapped = ((IEndpointRouteBuilder)app).DataSources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>()
            .Select(e => $"{e.Metadata.GetMetadata<HttpMethodMetadata>()?.HttpMethods[0]} {e.RoutePattern.RawText}")
            .ToArray();

        var routes = Operations.Select(o => o.GetProperty("Route", BindingFlags.Public | BindingFlags.Static)!.GetValue(null)!).ToArray();
        var expected = routes.Select(r => $"{Of(r, "Method")} {Of(r, "Template")}").ToArray();

        expected.Distinct().Count().ShouldBe(expected.Length);
        expected.Except(mapped).ShouldBeEmpty();
        routes.ShouldAllBe(r => ((string)Of(r, "Summary")).Length > 0);
    }

    private static object Of(object route, string property) => route.GetType().GetProperty(property)!.GetValue(route)!;

    private static bool IsOperation(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IOperation<,>);
}
