namespace Strata.DerivationWorkers.Tests;

/// <summary>Where memory is short, what is no longer used is given back before a segment waits.</summary>
public class LargeInputsTests
{
    [Fact]
    public void What_does_not_fit_is_tried_once_more_after_all_that_is_no_longer_used_was_given_back()
    {
        var unused = Unused();
        var attempts = 0;

        LargeInputs.WithRoom(() => ++attempts == 1 ? TooMuch() : unused.IsAlive).ShouldBeFalse();

        attempts.ShouldBe(2);
    }

    [Fact]
    public void What_never_fits_comes_out_as_it_is()
    {
        var attempts = 0;

        Should.Throw<OutOfMemoryException>(() => LargeInputs.WithRoom(() => ++attempts > 0 && TooMuch()));

        attempts.ShouldBe(2);
    }

    [Fact]
    public void Other_faults_are_not_tried_again()
    {
        var attempts = 0;

        Should.Throw<IOException>(() => LargeInputs.WithRoom<int>(() => throw new IOException($"{++attempts}"))).Message.ShouldBe("1");
    }

    // No array has so many bytes, on whatever machine.
    private static bool TooMuch() => new byte[int.MaxValue].Length == 0;

    private static WeakReference Unused() => new(new byte[1 << 20]);
}
