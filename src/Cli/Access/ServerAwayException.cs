using System.Globalization;
using Strata.Web;

namespace Strata.Cli;

/// <summary>The server does not answer, or broke off its answer: it, or what it stands on, may come back.</summary>
internal sealed class ServerAwayException(RunningServer server, string reason) : OperationException(
    OperationErrors.Internal,
    $"the server at {server.Url} (process {server.ProcessId.ToString(CultureInfo.InvariantCulture)}) went away: {reason}",
    "look at its log, and try again");
