namespace Strata.Cli;

/// <summary>Reads what an <c>rrd</c> command names one after another, and tells of all of it at the end; one that cannot be read does not hide the others.</summary>
internal static class RrdReports
{
    /// <param name="read">What there is to say of a file.</param>
    /// <param name="refuse">The same of what is none.</param>
    /// <param name="tell">Says it; answers the exit code.</param>
    public static async Task<int> OfEachAsync<T>(
        CommandContext context, string[] paths, Func<FoundRecording, Task<T>> read, Func<RefusedPath, T> refuse, Func<IReadOnlyList<T>, Task<int>> tell, CancellationToken cancellationToken)
    {
        using var piped = paths is [] or [RrdInputs.StandardInput] ? await RrdFile.OpenAsync(null, cancellationToken) : null;
        var expansion = piped is null ? RrdInputs.Expand(paths) : new PathExpansion([new FoundRecording(piped.Shown, piped.FullPath, "")], []);
        var reports = new List<T>();
        using (var progress = new ProgressBar(context.Terminal))
        {
            foreach (var file in expansion.Found)
            {
                progress.Report(new("reading", reports.Count, expansion.Found.Count));
                reports.Add(await read(file));
            }
        }

        reports.AddRange(expansion.Refused.Select(refuse));
        return await tell(reports);
    }
}
