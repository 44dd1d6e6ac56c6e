namespace Strata.Fuzz.Tests;

/// <summary>One reader under attack.</summary>
internal abstract class FuzzTarget
{
    public static IReadOnlyList<FuzzTarget> All { get; } = [new ContainerTarget(), new FooterTarget(), new ProtobufTarget(), new EditingTarget(), new UseTarget(), new IpcTarget(), new Lz4Target()];

    public abstract string Name { get; }

    /// <summary>Sound inputs to start from.</summary>
    public abstract IReadOnlyList<byte[]> Seeds();

    /// <summary>Mutates an input. What a checksum or a length around it guards is made right here, so that the reader behind it is reached.</summary>
    public abstract byte[] Mutate(byte[] input, Mutator mutator);

    /// <summary>Reads the input to its last value, on this thread. Throws when the reader is at fault: anything but its own typed error, or a wrong answer.</summary>
    /// <returns>In few words what became of the input; new words make an input worth keeping.</returns>
    public abstract Task<string> RunAsync(byte[] input);
}
