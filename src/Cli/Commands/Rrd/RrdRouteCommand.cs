using System.CommandLine;
using Strata.Rrd.Editing;

namespace Strata.Cli;

internal sealed class RrdRouteCommand : RrdEditCommand
{
    private readonly Option<string?> _recording = new("--recording-id") { Description = "The recording id of all; of several files this makes one recording", HelpName = "ID" };
    private readonly Option<string?> _application = new("--application-id") { Description = "The application id of all", HelpName = "ID" };

    public RrdRouteCommand(CommandParts parts)
        : base(parts, "route", "Recordings under other ids; the chunks keep their bytes and are not migrated", "rrd route run_1.rrd run_2.rrd --recording-id monday -o monday.rrd")
    {
        Options.Add(_recording);
        Options.Add(_application);
    }

    protected override string Stage => "routing";

    protected override Task<EditingReport> EditAsync(CommandContext context, IReadOnlyList<RecordingInput> inputs, Stream output, EditingOptions options, CancellationToken cancellationToken) =>
        RecordingRoute.RunAsync(inputs, output, new IdRewrite(Given(context, _application), Given(context, _recording)), options, cancellationToken);

    private static string? Given(CommandContext context, Option<string?> option) => context.Value(option) switch
    {
        "" => throw new UsageException($"{option.Name}: expected an id, found an empty one", "a variable in the command may be unset"),
        var id => id,
    };
}
