using System.CommandLine;
using Strata.Registrar;
using Strata.Web;

namespace Strata.Cli;

internal sealed class RegisterCommand : StrataCommand
{
    private readonly Argument<string[]> _paths = new("PATH|URL") { Description = "Recordings (.rrd), folders, globs or file:// URLs", Arity = ArgumentArity.OneOrMore };
    private readonly Option<string> _dataset = new("--dataset", "-d") { Description = "Dataset by name; created on first use", Required = true, HelpName = "NAME" };
    private readonly Option<string> _layer = new("--layer") { Description = "Layer of the segments", DefaultValueFactory = _ => "base", HelpName = "NAME" };
    private readonly Option<bool> _wait = new("--wait") { Description = "Return when every rule has been evaluated for what was registered" };
    private readonly Option<string> _onDuplicate = ChoiceOption.Of("--on-duplicate", "When the layer is there already; known: the same bytes are fine, others an error", "known", "error", "skip", "replace");
    private readonly Option<string> _rules = ChoiceOption.Of("--rules", "Rules of a dataset that this call creates", RuleSets.HowTo, RuleSets.None);
    private readonly Option<string?> _keep = ChoiceOption.OptionalOf("--keep", "How the bytes are kept [default: as the dataset says]", "copy", "reference", "auto");

    public RegisterCommand(CommandParts parts)
        : base(parts, "register", "Register recordings as a layer of their segments", "register my_recordings/ --dataset my_robot --wait")
    {
        Arguments.Add(_paths);
        foreach (var option in new Option[] { _dataset, _layer, _wait, _onDuplicate, _rules, _keep })
        {
            Options.Add(option);
        }
    }

    protected override async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var started = TimeProvider.System.GetTimestamp();
        var expansion = RecordingPaths.Expand(context.Value(_paths), Environment.CurrentDirectory);
        var dataset = context.Value(_dataset)!;
        RegisterResponse? response = null;
        if (expansion.Found.Count > 0)
        {
            await using var access = await context.OpenAsync(Roles.Worker, cancellationToken);
            var request = new RegisterRequest(
                dataset,
                [.. expansion.Found.Select(f => new RegisterSource(f.FullPath, f.Url))],
                context.Value(_layer)!,
                context.Value(_onDuplicate)!,
                context.Value(_keep),
                context.Value(_rules)!,
                Wait: context.Value(_wait) || access.InProcess);
            using var progress = new ProgressBar(context.Terminal);
            response = await access.Operations.RunAsync(RegisterOperation.Route, request, progress, cancellationToken);
        }

        var lines = Lines(expansion, response, context.Value(_layer)!);
        await RegisterOutput.WriteAsync(context, dataset, lines, response, TimeProvider.System.GetElapsedTime(started), cancellationToken, FolderWords.PassedOver(expansion));
        return response is null or { LagReason: null, StandstillReason: null } ? RegisterOutput.ExitCode(lines) : ExitCodes.Failed;
    }

    /// <summary>Paths are shown as the person wrote them; what could not be found comes last.</summary>
    private static IReadOnlyList<RegisterLine> Lines(PathExpansion expansion, RegisterResponse? response, string layer)
    {
        var shown = expansion.Found.ToDictionary(f => f.FullPath, f => f.Shown, StringComparer.Ordinal);
        var registered = (response?.Recordings ?? []).Select(r =>
            RegisterLine.Of(r, shown.GetValueOrDefault(r.Path, r.Path), response!));
        var refused = expansion.Refused.Select(r => new RegisterLine(r.Shown, null, layer, RegistrationStatus.Failed, null, r.Reason, null, null, null));
        return [.. registered, .. refused];
    }
}
