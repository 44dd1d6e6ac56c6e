using Strata.Rrd;

namespace Strata.Recordings;

/// <summary>An open recording file; reads are positional and may run side by side.</summary>
public interface IOpenRecording : IRandomAccessBytes, IDisposable;
