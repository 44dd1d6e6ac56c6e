using System.Net;
using System.Net.Sockets;

namespace Strata.Servers;

/// <summary>
/// Stands between a client and PostgreSQL. It can cut a connection when the server answers a call: the server has done it and the client never learns what came of it.
/// It can also go away and come back on the same port.
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
    private Socket _listener;
    private byte[] _marked = [];
    private int _cutsLeft;

    public CuttingProxy(string host, int port)
    {
        (_host, _serverPort) = (host, port);
        _listener = Listen(0);
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
    }

    public int Port { get; }

    /// <summary>How many calls were cut off from their answer.</summary>
    public int Cuts { get; private set; }

    /// <summary>The next <paramref name="times"/> calls that hold the text are forwarded whole, and then their connection is cut.</summary>
    public void CutAfter(ReadOnlySpan<byte> text, int times) => (_marked, _cutsLeft) = (text.ToArray(), times);

    /// <summary>Refuses connections and ends those that are open.</summary>
    public async Task GoAwayAsync()
    {
        _listener.Dispose();
        Socket[] open;
        lock (_open)
        {
            open = [.. _open];
            _open.Clear();
        }

        Array.ForEach(open, socket => socket.Dispose());
        await Task.WhenAll(_running);
        _running.Clear();
    }

    public void ComeBack() => _listener = Listen(Port);

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
        var isMarked = false;
        while (await ReceiveAsync(client, buffer) is > 0 and var count)
        {
            isMarked |= _cutsLeft > 0 && buffer.AsSpan(0, count).IndexOf(_marked) >= 0;
            if (!isMarked || !buffer.AsSpan(0, count).EndsWith(Sync))
            {
                await server.SendAsync(buffer.AsMemory(0, count));
                continue;
            }

            // Before the server hears the last of the call: an answer faster than this thread would otherwise get through.
            cut.IsDue = true;
            (_cutsLeft, Cuts) = (_cutsLeft - 1, Cuts + 1);
            await server.SendAsync(buffer.AsMemory(0, count));
            await cut.Answered.Task;
            return;
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
