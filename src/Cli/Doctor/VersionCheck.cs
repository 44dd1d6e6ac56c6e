using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Strata.Cli;

/// <summary>Which program looks, on what it runs, and whether the server is another one.</summary>
internal sealed class VersionCheck(RunningServer? server) : IDoctorCheck
{
    /// <summary>Those whose protocol was recorded; what lies between is answered as the older one. Source: docs/rerun-compatibility.md.</summary>
    private const string Clients = "Rerun SDK and Viewer 0.36 to 0.41";

    public string Name => "versions";

    public async IAsyncEnumerable<DoctorLine> LookAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await Task.CompletedTask;
        yield return DoctorLine.Ok(Name, $"strata {ProgramVersion.Text}, {RuntimeInformation.FrameworkDescription} on {RuntimeInformation.OSDescription} ({RuntimeInformation.ProcessArchitecture}); serves {Clients}");
        if (server is not null && server.Version != ProgramVersion.Text)
        {
            yield return DoctorLine.Warning(Name, $"the running server is of version {server.Version}, this program of {ProgramVersion.Text}", "restart the server with this version, or use its own program");
        }
    }
}
