using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Strata.Servers;

/// <summary>
/// Stands between a client and PostgreSQL. It can cut a connection when the server answers a call: the server has done it and the client never learns what came of it.
/// It can also lose a call on its way there, and go away and come back on the same port.
/// </summary>
public sealed class CuttingProxy : IAsyncDisposable
{
    private const int BufferBytes = 64 * 1024;

    /// <summary>The message <c>Sync</c>, with which a client ends what it asks.</summary>
    private static readonly byte[] Sync = [(byte)'S', 0, 0, 0, 4];

    private readonly string _host;
    private readonly int _serverPort;
    private readonly List<Socket> _open = [];
    private readonly List<Task> _running = [];
    private readonly List<byte[]> _cutCalls = [];
    private Socket _listener;
    private bool _isAway;
    private byte[] _marked = [];
    private int _cutsLeft;
    private int _every = 1;
    private int _markedCalls;
    private (byte[] Text, TaskCompletionSource Lost)? _toLose;

    public CuttingProxy(string host, int port)
    {
        (_host, _serverPort) = (host, port);
        _listener = Listen(0);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    public int Port { get; }

    /// <summary>How many calls were cut off from their answer.</summary>
    public int Cuts
    {
        get
        {
            lock (_cutCalls)
            {
                return _cutCalls.Count;
            }
        }
    }

    /// <summary>The next <paramref name="times"/> calls that hold the text are forwarded whole, and then their connection is cut.</summary>
    /// <param name="every">Of such calls one in so many; the others get their answer.</param>
    public void CutAfter(ReadOnlySpan<byte> text, int times, int every = 1)
    {
        lock (_cutCalls)
        {
            (_marked, _cutsLeft, _every, _markedCalls) = (text.ToArray(), times, every, 0);
        }
    }

    /// <summary>Whether a call that holds the text was cut off from its answer.</summary>
    public bool HasCut(ReadOnlySpan<byte> text)
    {
        lock (_cutCalls)
        {
            foreach (var call in _cutCalls)
            {
                if (call.AsSpan().IndexOf(text) >= 0)
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>The next call that holds the text does not reach the server; who made it waits until the proxy goes away.</summary>
    /// <returns>Ends when there was such a call.</returns>
    public Task LoseCall(ReadOnlySpan<byte> text)
    {
        var lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_cutCalls)
        {
            _toLose = (text.ToArray(), lost);
        }

        return lost.Task;
    }

    /// <summary>Refuses connections and ends those that are open.</summary>
    public async Task GoAwayAsync()
    {
        _listener.Dispose();
        Socket[] open;
        lock (_open)
        {
            _isAway = true;
            open = [.. _open];
            _open.Clear();
        }

        Array.ForEach(open, socket => socket.Dispose());
        await Task.WhenAll(_running);
        _running.Clear();
    }

    public void ComeBack()
    {
        lock (_open)
        {
            _isAway = false;
        }

        _listener = Listen(Port);
    }

    public async ValueTask DisposeAsync() => await GoAwayAsync();

    private Socket Listen(int port)
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { ExclusiveAddressUse = false };
        listener.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, port));
        listener.Listen();
        _running.Add(Task.Run(() => AcceptAsync(listener)));
        return listener;
    }

    private async Task AcceptAsync(Socket listener)
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptAsync();
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                client.NoDelay = true;
                lock (_open)
                {
                    if (_isAway)
                    {
                        // Accepted while the proxy went: nobody else would end it.
                        client.Dispose();
                        server.Dispose();
                        continue;
                    }

                    _open.AddRange([client, server]);
                }

                connections.Add(RelayAsync(client, server));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task RelayAsync(Socket client, Socket server)
    {
        var cut = new Cut();
        try
        {
            await server.ConnectAsync(_host, _serverPort);
            await Task.WhenAny(ForwardCallsAsync(client, server, cut), ForwardAnswersAsync(server, client, cut));
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            // The other side, or the proxy itself, has gone away: so does this connection.
        }
        finally
        {
            client.Dispose();
            server.Dispose();
        }
    }

    private async Task ForwardCallsAsync(Socket client, Socket server, Cut cut)
    {
        var buffer = new byte[BufferBytes];
        var marked = new ArrayBufferWriter<byte>();
        var isLost = false;
        while (await ReceiveAsync(client, buffer) is > 0 and var count)
        {
            isLost |= IsToBeLost(buffer.AsSpan(0, count));
            if (isLost)
            {
                continue;
            }

            if (marked.WrittenCount > 0 || IsToBeCut(buffer.AsSpan(0, count)))
            {
                marked.Write(buffer.AsSpan(0, count));
            }

            if (marked.WrittenCount == 0 || !buffer.AsSpan(0, count).EndsWith(Sync))
            {
                await server.SendAsync(buffer.AsMemory(0, count));
                continue;
            }

            // Before the server hears the last of the call: an answer faster than this thread would otherwise get through.
            cut.IsDue = true;
            lock (_cutCalls)
            {
                _cutCalls.Add(marked.WrittenSpan.ToArray());
            }

            await server.SendAsync(buffer.AsMemory(0, count));
            await cut.Answered.Task;
            return;
        }
    }

    private bool IsToBeCut(ReadOnlySpan<byte> call)
    {
        lock (_cutCalls)
        {
            if (_cutsLeft == 0 || call.IndexOf(_marked) < 0 || _markedCalls++ % _every != 0)
            {
                return false;
            }

            _cutsLeft--;
            return true;
        }
    }

    private bool IsToBeLost(ReadOnlySpan<byte> call)
    {
        lock (_cutCalls)
        {
            if (_toLose is not var (text, lost) || call.IndexOf(text) < 0)
            {
                return false;
            }

            _toLose = null;
            lost.SetResult();
            return true;
        }
    }

    private static async Task ForwardAnswersAsync(Socket server, Socket client, Cut cut)
    {
        var buffer = new byte[BufferBytes];
        while (await ReceiveAsync(server, buffer) is > 0 and var count && !cut.IsDue)
        {
            await client.SendAsync(buffer.AsMemory(0, count));
        }

        cut.Answered.TrySetResult();
    }

    private static async Task<int> ReceiveAsync(Socket socket, byte[] buffer)
    {
        try
        {
            return await socket.ReceiveAsync(buffer);
        }
        catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
        {
            return 0;
        }
    }

    /// <summary>What the two directions of one connection know of its end.</summary>
    private sealed class Cut
    {
        public volatile bool IsDue;

        public TaskCompletionSource Answered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
