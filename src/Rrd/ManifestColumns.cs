namespace Strata.Rrd;

/// <summary>Per chunk, the inclusive range of a timeline's values over all rows. Source: rrd-format §9.2, block B.</summary>
public sealed class TimelineRanges
{
    private readonly long[] _starts;
    private readonly long[] _ends;
    private readonly bool[] _isPresent;

    internal TimelineRanges(string timeline, TimelineKind kind, long[] starts, long[] ends, bool[] isPresent)
    {
        Timeline = timeline;
        Kind = kind;
        _starts = starts;
        _ends = ends;
        _isPresent = isPresent;
    }

    /// <summary>Name of the timeline.</summary>
    public string Timeline { get; }

    /// <summary>What its values mean.</summary>
    public TimelineKind Kind { get; }

    /// <summary>One value a chunk; meaningless where <see cref="IsPresent"/> is false.</summary>
    public ReadOnlySpan<long> Starts => _starts;

    /// <summary>One value a chunk; meaningless where <see cref="IsPresent"/> is false.</summary>
    public ReadOnlySpan<long> Ends => _ends;

    /// <summary>Whether the chunk has the timeline at all.</summary>
    public ReadOnlySpan<bool> IsPresent => _isPresent;

    /// <summary>The range over all chunks, or null when no chunk has the timeline.</summary>
    public (long Start, long End)? Total
    {
        get
        {
            (long Start, long End)? total = null;
            for (var i = 0; i < _starts.Length; i++)
            {
                if (_isPresent[i])
                {
                    total = total is { } sum ? (Math.Min(sum.Start, _starts[i]), Math.Max(sum.End, _ends[i])) : (_starts[i], _ends[i]);
                }
            }
            return total;
        }
    }
}

/// <summary>
/// Per chunk, the inclusive range of a timeline's values over the rows in which a component is logged (empty lists count, null
/// lists do not), and how many those are. Source: rrd-format §9.2, block C.
/// </summary>
public sealed class ComponentRanges
{
    private readonly long[] _starts;
    private readonly long[] _ends;
    private readonly bool[] _isPresent;
    private readonly long[] _numRows;

    internal ComponentRanges(string timeline, TimelineKind kind, ComponentDescriptor component, long[] starts, long[] ends, bool[] isPresent, long[] numRows)
    {
        Timeline = timeline;
        Kind = kind;
        Component = component;
        _starts = starts;
        _ends = ends;
        _isPresent = isPresent;
        _numRows = numRows;
    }

    /// <summary>Name of the timeline.</summary>
    public string Timeline { get; }

    /// <summary>What its values mean.</summary>
    public TimelineKind Kind { get; }

    /// <summary>Which component.</summary>
    public ComponentDescriptor Component { get; }

    /// <summary>Smallest time, one a chunk; meaningless where <see cref="IsPresent"/> is false.</summary>
    public ReadOnlySpan<long> Starts => _starts;

    /// <summary>Largest time, one a chunk; meaningless where <see cref="IsPresent"/> is false.</summary>
    public ReadOnlySpan<long> Ends => _ends;

    /// <summary>Whether the chunk has such rows, one entry a chunk.</summary>
    public ReadOnlySpan<bool> IsPresent => _isPresent;

    /// <summary>Rows whose list is not null; 0 where it does not apply.</summary>
    public ReadOnlySpan<long> NumRows => _numRows;
}

/// <summary>Per chunk, whether it is static and has this component. Source: rrd-format §9.2, block A.</summary>
public sealed class StaticComponent
{
    private readonly bool[] _hasStaticData;

    internal StaticComponent(ComponentDescriptor component, bool[] hasStaticData)
    {
        Component = component;
        _hasStaticData = hasStaticData;
    }

    /// <summary>Which component.</summary>
    public ComponentDescriptor Component { get; }

    /// <summary>One entry a chunk.</summary>
    public ReadOnlySpan<bool> HasStaticData => _hasStaticData;
}
