namespace Strata.Rrd;

/// <summary>What names of an untrusted file may be: whatever holds a catalog keeps them, and some of them for ever. Source: rrd-format §7, §11.</summary>
internal static class NameRules
{
    private const string Rename = "Such names are made to exhaust memory: record it again with shorter ones.";

    /// <exception cref="RrdFormatException">The path is too long, or has too many parts.</exception>
    public static EntityPath ReadPath(string text, long offset)
    {
        RequireLength(text, "an entity path", offset);
        var path = EntityPath.Parse(text);
        return path.Parts.Count <= RrdLimits.MaxPathParts
            ? path
            : throw new RrdFormatException(offset, $"an entity path of at most {RrdLimits.MaxPathParts} parts", $"one of {path.Parts.Count}", Rename);
    }

    /// <exception cref="RrdFormatException">One of its names is too long.</exception>
    public static ComponentDescriptor Require(ComponentDescriptor descriptor, long offset)
    {
        RequireLength(descriptor.Archetype, "an archetype name", offset);
        RequireLength(descriptor.Component, "a component name", offset);
        RequireLength(descriptor.ComponentType, "a component type", offset);
        return descriptor;
    }

    // A character takes at least a byte, so that no name within the bound in bytes is refused.
    public static void RequireLength(string? name, string what, long offset)
    {
        if (name?.Length > RrdLimits.MaxNameBytes)
        {
            throw new RrdFormatException(offset, $"{what} of at most {RrdLimits.MaxNameBytes} bytes", $"one of {name.Length} characters", Rename);
        }
    }
}

/// <summary>Counts the names that are kept of one file.</summary>
internal sealed class NameBudget
{
    private long _chars;

    /// <exception cref="RrdFormatException">The file has more than <see cref="RrdLimits.MaxNameChars"/>.</exception>
    public void Charge(long chars, long offset)
    {
        if (_chars + chars > RrdLimits.MaxNameChars)
        {
            throw new RrdFormatException(offset, $"at most {RrdLimits.MaxNameChars} characters of names in one file", $"{_chars + chars}",
                "Split the recording: its entities and components have too many or too long names.");
        }
        _chars += chars;
    }
}
