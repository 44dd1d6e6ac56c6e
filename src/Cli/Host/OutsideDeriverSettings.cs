using Strata.Bus;
using Strata.Contracts;
using Strata.DerivationWorkers;

namespace Strata.Cli;

/// <summary>Where this program finds outside derivers, and how it runs those that are .NET assemblies.</summary>
internal static class OutsideDeriverSettings
{
    private const string OwnName = "strata";
    private const string Dotnet = "dotnet";

    /// <param name="queues">Where workers of derivers wait; null: there is no broker.</param>
    public static DeriverRegistry Registry(DataDirectory data, HostSettings settings, IDeriverQueues? queues) =>
        OutsideDerivers.Registry(ProgramDerivers.All, FolderOf(data, settings), Options(data.DeriverJobs) with { Queues = queues });

    /// <summary>Connects with the first question. Null: there is no broker.</summary>
    public static DeriverQueues? QueuesOf(HostSettings settings) => settings.RabbitMq is { } broker ? new(broker, TimeProvider.System) : null;

    public static string FolderOf(DataDirectory data, HostSettings settings) => settings.DeriversFolder ?? data.OwnDerivers;

    /// <param name="jobs">Of this process alone.</param>
    public static OutsideOptions Options(string jobs) => new(jobs, HostProgram());

    /// <summary>This very program, however it was started.</summary>
    private static IReadOnlyList<string> HostProgram()
    {
        var started = Environment.ProcessPath;
        var name = Path.GetFileNameWithoutExtension(started);
        IReadOnlyList<string> program = name == OwnName && started is not null ? [started]
            : [name == Dotnet && started is not null ? started : DotnetProgram(), Path.Combine(AppContext.BaseDirectory, $"{OwnName}.dll")];
        return [.. program, DeriverHostCommand.Group, DeriverHostCommand.CommandName];
    }

    private static string DotnetProgram() =>
        Environment.GetEnvironmentVariable("DOTNET_ROOT") is { Length: > 0 } root && File.Exists(Path.Combine(root, Dotnet)) ? Path.Combine(root, Dotnet) : Dotnet;
}
