using Grpc.Core;

namespace Strata.Catalog.Transport;

/// <summary>A call whose token is also cancelled by <see cref="EarlyEnd"/>, and whose writes are not.</summary>
internal sealed class EndableCall : ServerCallContext, IDisposable
{
    /// <summary>Where the library looks for the HTTP context of a call that is not its own.</summary>
    private const string HttpContextKey = "__HttpContext";

    private readonly ServerCallContext _inner;
    private readonly CancellationTokenSource _ended;

    public EndableCall(ServerCallContext inner, CancellationToken early)
    {
        _inner = inner;
        _ended = CancellationTokenSource.CreateLinkedTokenSource(inner.CancellationToken, early);
        inner.UserState[HttpContextKey] = inner.GetHttpContext();
    }

    /// <summary>The client hung up or its time is over.</summary>
    public CancellationToken WritesEnd => _inner.CancellationToken;

    protected override string MethodCore => _inner.Method;

    protected override string HostCore => _inner.Host;

    protected override string PeerCore => _inner.Peer;

    protected override DateTime DeadlineCore => _inner.Deadline;

    protected override Metadata RequestHeadersCore => _inner.RequestHeaders;

    protected override CancellationToken CancellationTokenCore => _ended.Token;

    protected override Metadata ResponseTrailersCore => _inner.ResponseTrailers;

    protected override Status StatusCore { get => _inner.Status; set => _inner.Status = value; }

    protected override WriteOptions? WriteOptionsCore { get => _inner.WriteOptions; set => _inner.WriteOptions = value; }

    protected override AuthContext AuthContextCore => _inner.AuthContext;

    protected override IDictionary<object, object> UserStateCore => _inner.UserState;

    public IServerStreamWriter<T> Around<T>(IServerStreamWriter<T> answers) => new Writer<T>(answers, this);

    public void Dispose() => _ended.Dispose();

    protected override ContextPropagationToken CreatePropagationTokenCore(ContextPropagationOptions? options) => _inner.CreatePropagationToken(options);

    protected override Task WriteResponseHeadersAsyncCore(Metadata responseHeaders) => _inner.WriteResponseHeadersAsync(responseHeaders);

    private sealed class Writer<T>(IServerStreamWriter<T> inner, EndableCall call) : IServerStreamWriter<T>
    {
        public WriteOptions? WriteOptions { get => inner.WriteOptions; set => inner.WriteOptions = value; }

        public Task WriteAsync(T message) => WriteAsync(message, CancellationToken.None);

        public Task WriteAsync(T message, CancellationToken cancellationToken)
        {
            call.CancellationToken.ThrowIfCancellationRequested();
            return inner.WriteAsync(message, call.WritesEnd);
        }
    }
}
