namespace Strata.Rrd;

/// <summary>
/// A chunk that may not stand in a recording, because Rerun would refuse, drop or misread it. Nothing of it was written, and other
/// chunks may follow. Source: rrd-format §4, §13.1.
/// </summary>
public sealed class ChunkRefusedException : ArgumentException
{
    /// <summary>Says of an entity what was expected, what was found, and what to do about it.</summary>
    public ChunkRefusedException(EntityPath entityPath, string expected, string found, string whatToDo)
        : base($"Entity {entityPath}: expected {expected}, found {found}. {whatToDo}")
    {
        EntityPath = entityPath;
        Expected = expected;
        Found = found;
        WhatToDo = whatToDo;
    }

    /// <summary>The entity that the chunk is of.</summary>
    public EntityPath EntityPath { get; }

    /// <summary>What a chunk must be, in words.</summary>
    public string Expected { get; }

    /// <summary>What this one is, in words.</summary>
    public string Found { get; }

    /// <summary>What helps, as a sentence.</summary>
    public string WhatToDo { get; }
}
