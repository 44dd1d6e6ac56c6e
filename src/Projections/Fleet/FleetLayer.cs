namespace Strata.Projections.Fleet;

/// <summary>A layer that stands and that came from a robot, or says something of its segment.</summary>
/// <param name="Position">Of its registration.</param>
/// <param name="Robot">Null: no robot brought it.</param>
internal sealed record FleetLayer(string Layer, long Position, long? Robot, long SizeBytes, Verdict Verdict);
