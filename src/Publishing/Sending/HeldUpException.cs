namespace Strata.Publishing;

/// <summary>A round did not get everything out.</summary>
/// <param name="isLink">Server, broker or disk: nothing gets further before that passes. Else single recordings.</param>
/// <param name="afterProgress">Something did get further, so that the next try need not wait.</param>
internal sealed class HeldUpException(string message, bool isLink, bool afterProgress, Exception? cause) : Exception(message, cause)
{
    public bool IsLink { get; } = isLink;

    public bool AfterProgress { get; } = afterProgress;
}
