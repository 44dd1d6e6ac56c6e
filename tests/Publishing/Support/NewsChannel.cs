using System.Threading.Channels;

namespace Strata.Publishing.Tests;

/// <summary>What a sender tells, one after the other.</summary>
internal sealed class NewsChannel : IProgress<SendingNews>
{
    private readonly Channel<SendingNews> _all = Channel.CreateUnbounded<SendingNews>();

    public void Report(SendingNews value) => _all.Writer.TryWrite(value);

    public async Task<T> NextAsync<T>()
        where T : SendingNews
    {
        while (true)
        {
            if (await _all.Reader.ReadAsync(TestContext.Current.CancellationToken) is T wanted)
            {
                return wanted;
            }
        }
    }
}
