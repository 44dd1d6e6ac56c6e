namespace Strata.UnreliableBus;

/// <summary>The way of messages of one kind, on which some are lost, doubled and late.</summary>
/// <param name="random">Of all ways of one transport, so that a seed gives again what became of all messages; it is locked while it is asked.</param>
internal sealed class UnreliableWay<T>(Faults faults, Random random)
{
    private readonly List<T> _held = [];

    public Watched<Deliveries<T>> Journal { get; } = new(new([], [], []));

    /// <returns>What is handed on now: what came in time, then what was held back until now.</returns>
    public List<T> Take(IReadOnlyList<T> given)
    {
        lock (random)
        {
            var (sent, lost, late) = (new List<T>(), new List<T>(), new List<T>());
            foreach (var message in given)
            {
                var fate = random.NextDouble();
                if (fate < faults.Lost)
                {
                    lost.Add(message);
                    continue;
                }

                fate -= faults.Lost;
                if (fate >= faults.Late)
                {
                    sent.Add(message);
                }

                if (fate < faults.Late + faults.Doubled)
                {
                    late.Add(message);
                }
            }

            sent.AddRange(_held);
            _held.Clear();
            _held.AddRange(late);
            Journal.Change(all => new(all.Given.AddRange(given), all.Lost.AddRange(lost), all.Sent.AddRange(sent)));
            return sent;
        }
    }

    /// <returns>What was held back until now: nothing comes later than that.</returns>
    public List<T> Release() => Take([]);
}
