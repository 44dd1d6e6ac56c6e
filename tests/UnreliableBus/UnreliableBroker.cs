using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Strata.UnreliableBus;

/// <summary>
/// Stands between programs and a RabbitMQ and reads the frames of AMQP 0-9-1 that pass. At some that carry a message the connection breaks, so that the message never
/// arrives; at some that acknowledge or confirm one it breaks too, so that the message arrived and comes again.
/// </summary>
public sealed class UnreliableBroker : IAsyncDisposable
{
    private const int ProtocolHeaderBytes = 8;
    private const int FrameHeaderBytes = 7;
    private const int MethodFrame = 1;
    private const int BasicClass = 60;

    /// <summary>RabbitMQ agrees on frames of 128 KiB with its clients.</summary>
    private const int MaxFrameBytes = 1024 * 1024;

    private readonly Uri _broker;
    private readonly Faults _faults;
    private readonly Random _random;
    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly List<Socket> _open = [];
    private readonly Task _accepting;
    private int _breaksLeft;

    /// <param name="mostBreaks">Where each break counts as a delivery of what waits behind it: below the broker's delivery limit, beyond which messages are dead.</param>
    public UnreliableBroker(Uri broker, Faults faults, int seed, int mostBreaks = int.MaxValue)
    {
        (_broker, _faults, _random, _breaksLeft) = (broker, faults, new Random(seed), mostBreaks);
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Address = new UriBuilder(broker) { Host = "127.0.0.1", Port = ((IPEndPoint)_listener.LocalEndPoint!).Port }.Uri;
        _accepting = Task.Run(AcceptAsync);
    }

    /// <summary>Where programs connect to.</summary>
    public Uri Address { get; }

    public int Breaks { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        lock (_open)
        {
            _open.ForEach(socket => socket.Dispose());
        }

        await _accepting;
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true)
            {
                var program = await _listener.AcceptAsync();
                var broker = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                program.NoDelay = true;
                lock (_open)
                {
                    _open.AddRange([program, broker]);
                }

                connections.Add(ConnectAsync(program, broker));
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ConnectAsync(Socket program, Socket broker)
    {
        using (program)
        using (broker)
        {
            try
            {
                await broker.ConnectAsync(_broker.Host, _broker.Port);
                using var toBroker = new NetworkStream(program);
                using var toProgram = new NetworkStream(broker);
                await Task.WhenAny(ForwardAsync(toBroker, broker, ProtocolHeaderBytes), ForwardAsync(toProgram, program, 0));
            }
            catch (Exception gone) when (gone is SocketException or ObjectDisposedException)
            {
                // One side, or this, has gone away: so does the connection.
            }
        }
    }

    /// <summary>Frame by frame, until one of the sides ends or the connection breaks.</summary>
    private async Task ForwardAsync(Stream from, Socket to, int ahead)
    {
        var buffer = new byte[FrameHeaderBytes];
        try
        {
            if (ahead > 0)
            {
                var header = new byte[ahead];
                await from.ReadExactlyAsync(header);
                await to.SendAsync(header);
            }

            while (true)
            {
                await from.ReadExactlyAsync(buffer.AsMemory(0, FrameHeaderBytes));
                var size = BinaryPrimitives.ReadUInt32BigEndian(buffer.AsSpan(3));
                if (size > MaxFrameBytes)
                {
                    throw new InvalidDataException($"expected a frame of AMQP of at most {MaxFrameBytes} bytes, found one of {size}");
                }

                var frame = new byte[FrameHeaderBytes + size + 1];
                buffer.AsSpan(0, FrameHeaderBytes).CopyTo(frame);
                await from.ReadExactlyAsync(frame.AsMemory(FrameHeaderBytes));
                if (BreaksAt(frame))
                {
                    return;
                }

                await to.SendAsync(frame);
            }
        }
        catch (Exception gone) when (gone is IOException or SocketException or ObjectDisposedException)
        {
            // As above.
        }
    }

    private bool BreaksAt(ReadOnlySpan<byte> frame)
    {
        if (frame[0] != MethodFrame || BinaryPrimitives.ReadUInt16BigEndian(frame[FrameHeaderBytes..]) != BasicClass)
        {
            return false;
        }

        var share = (BasicMethod)BinaryPrimitives.ReadUInt16BigEndian(frame[(FrameHeaderBytes + 2)..]) switch
        {
            BasicMethod.Publish or BasicMethod.Deliver or BasicMethod.GetOk => _faults.Lost,
            BasicMethod.Ack => _faults.Doubled,
            _ => 0,
        };
        lock (_random)
        {
            if (share == 0 || _breaksLeft == 0 || _random.NextDouble() >= share)
            {
                return false;
            }

            _breaksLeft--;
            Breaks++;
            return true;
        }
    }

    /// <summary>Of AMQP 0-9-1, class basic.</summary>
    private enum BasicMethod
    {
        Publish = 40,
        Deliver = 60,
        GetOk = 71,
        Ack = 80,
    }
}
