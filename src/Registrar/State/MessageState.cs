using Strata.Contracts;

namespace Strata.Registrar;

/// <summary>One message of a robot, folded from its stream.</summary>
/// <param name="Answered">Null before the first event.</param>
internal sealed record MessageState(AnsweredMessage? Answered)
{
    public static MessageState Empty { get; } = new(Answered: null);

    public MessageState Apply(StrataEvent @event, long position) => @event is MessageAnswered answer ? new(new AnsweredMessage(answer, position)) : this;
}
