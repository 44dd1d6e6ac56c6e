using System.CommandLine;
using Microsoft.Extensions.Configuration;
using Strata.Contracts;
using Strata.Web;

namespace Strata.Cli;

/// <summary>What a running command has at hand.</summary>
internal sealed class CommandContext(Terminal terminal, IConfigurationSource environment, ParseResult parsed, GlobalOptions options)
{
    public Terminal Terminal { get; } = terminal;

    public DataDirectory Data { get; } = DataDirectory.Of(parsed.GetValue(options.Data));

    /// <summary>What a command that is suggested needs in order to reach the same data: <c>--data DIR </c>, or nothing when none was named on the line.</summary>
    public string DataOption { get; } = parsed.GetValue(options.Data) is { Length: > 0 } named ? $"--data {ShellWord.Of(named)} " : "";

    public bool Json { get; } = parsed.GetValue(options.Json);

    public HostSettings Settings { get; } = HostSettings.Load(environment, parsed.GetValue(options.Verbose));

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>How often an option was given: <c>-vvv</c> is three times.</summary>
    public int Times(Option option) => parsed.GetResult(option)?.IdentifierTokenCount ?? 0;

    public T Value<T>(Argument<T> argument) => parsed.GetValue(argument)!;

    public Task<StrataAccess> OpenAsync(Roles roles, CancellationToken cancellationToken) => StrataAccess.OpenAsync(Data, roles, Settings, cancellationToken);

    /// <summary>Opens, runs one operation with a progress bar, closes.</summary>
    public async Task<TResponse> RunAsync<TRequest, TResponse>(
        Roles roles, OperationRoute<TRequest, TResponse> route, TRequest request, CancellationToken cancellationToken)
    {
        await using var access = await OpenAsync(roles, cancellationToken);
        using var progress = new ProgressBar(Terminal);
        if (roles == Roles.Reader)
        {
            await access.CatchUpAsync(progress, cancellationToken);
        }

        return await access.Operations.RunAsync(route, request, progress, cancellationToken);
    }
}
