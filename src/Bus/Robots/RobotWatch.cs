namespace Strata.Bus;

/// <summary>Where the endpoints of robots tell what happens to them.</summary>
/// <param name="Standing">How they are now.</param>
/// <param name="Measures">How much came.</param>
internal sealed record RobotWatch(RobotStanding Standing, RobotMeasures Measures);
