namespace Strata.Cli;

/// <summary>Seven joints that follow a smooth path under a controller, as the how-to's recordings have them: commanded and measured positions, row by row.</summary>
/// <param name="Commanded">In radians, the joints of a row beside each other.</param>
/// <param name="Measured">As <paramref name="Commanded"/>.</param>
internal sealed record SimulatedArm(double[] Commanded, double[] Measured)
{
    public const int Joints = 7;

    /// <summary>As the samples: 15 Hz.</summary>
    public const long RowNs = 66_666_667;

    /// <summary>Small against the fastest controller's period: the integration stays stable and close.</summary>
    private const int StepsPerRow = 20;

    private const double StepSeconds = RowNs / 1e9 / StepsPerRow;

    public static SimulatedArm Run(Tuning tuning, Random random, int rows)
    {
        var arm = new SimulatedArm(new double[rows * Joints], new double[rows * Joints]);
        for (var joint = 0; joint < Joints; joint++)
        {
            arm.Run(joint, Path.Make(random), tuning, random, rows);
        }

        return arm;
    }

    /// <summary>Velocity first, then position with the new velocity: such an oscillator neither gains nor loses energy by being computed.</summary>
    private void Run(int joint, Path path, Tuning tuning, Random random, int rows)
    {
        var (position, velocity) = (path.At(0), path.VelocityAt(0));
        for (var row = 0; row < rows; row++)
        {
            Commanded[(row * Joints) + joint] = path.At(row * StepsPerRow * StepSeconds);
            Measured[(row * Joints) + joint] = position + (tuning.NoiseRadians * random.NextNormal());
            for (var step = 0; step < StepsPerRow; step++)
            {
                var heard = path.At((((row * StepsPerRow) + step) * StepSeconds) - tuning.LatencySeconds);
                velocity += StepSeconds * ((tuning.Stiffness * (heard - position)) - (tuning.Damping * velocity));
                position += StepSeconds * velocity;
            }
        }
    }

    /// <summary>A slow swing and a faster one.</summary>
    private sealed record Path(double Middle, double Wide, double WideRate, double WidePhase, double Narrow, double NarrowRate, double NarrowPhase)
    {
        private const double Turn = 2 * Math.PI;

        public static Path Make(Random random) => new(
            random.Between(-1, 1),
            random.Between(0.28, 0.36), Turn * random.Between(0.19, 0.25), random.Between(0, Turn),
            random.Between(0.07, 0.1), Turn * random.Between(0.5, 0.6), random.Between(0, Turn));

        public double At(double seconds) =>
            Middle + (Wide * Math.Sin((WideRate * seconds) + WidePhase)) + (Narrow * Math.Sin((NarrowRate * seconds) + NarrowPhase));

        public double VelocityAt(double seconds) =>
            (Wide * WideRate * Math.Cos((WideRate * seconds) + WidePhase)) + (Narrow * NarrowRate * Math.Cos((NarrowRate * seconds) + NarrowPhase));
    }
}
