using System.Globalization;
using Npgsql;

namespace Strata.EndToEnd.Tests.Soak;

/// <summary>Notes when each segment's verdict can be seen in the catalog: it is in the log, and the catalog's tables have come to it.</summary>
internal sealed class VerdictWatch(SoakFleet fleet, SoakLedger ledger)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(100);

    /// <summary>An append with a smaller position may be committed later; so far back it is looked for.</summary>
    private const long LookBack = 2_000;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly List<(string Segment, long Position)> _unseen = [];
    private long _last;

    /// <summary>Runs until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        while (!cancellationToken.IsCancellationRequested)
        {
            await Task.Delay(LookEvery, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            try
            {
                await LookAsync(http, cancellationToken);
            }
            catch (Exception e) when (e is NpgsqlException || (e is OperationCanceledException && cancellationToken.IsCancellationRequested))
            {
                // The database is away, as the plan has it; or it is enough.
                continue;
            }
        }
    }

    private async Task LookAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var verdicts = await fleet.ReadAsync(
            $"select seq_id, data ->> 'segment' from mt_events where seq_id > {Math.Max(0, _last - LookBack)} and type = 'layer_registered' and data ->> 'layer' = 'quality' order by seq_id");
        foreach (var verdict in verdicts.Select(v => v.Split('|', 2)))
        {
            var position = long.Parse(verdict[0], CultureInfo.InvariantCulture);
            _last = Math.Max(_last, position);
            if (_known.Add(verdict[1]))
            {
                _unseen.Add((verdict[1], position));
            }
        }

        if (_unseen.Count > 0 && await Metrics.ReadAsync(http, fleet.Url, "strata_projections_position", cancellationToken, "projection=\"catalog\"") is { } shown)
        {
            foreach (var (segment, _) in _unseen.Where(u => u.Position <= shown))
            {
                ledger.Seen(segment);
            }

            _unseen.RemoveAll(u => u.Position <= shown);
        }
    }
}
