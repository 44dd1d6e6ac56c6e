using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Strata.Bus.Tests;

/// <summary>A batch's acknowledgement is one for everything before its end: a delivery that cannot be read must not lie before it.</summary>
public sealed class RobotInboxTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_handed_out_behind_a_delivery_that_cannot_be_read()
    {
        var inbox = new RobotInbox(8, d => d.DeliveryTag == 3 ? throw new OverflowException("no such number") : new(d.DeliveryTag, d.Body, d.BasicProperties, d.Redelivered));
        for (var tag = 1ul; tag <= 5; tag++)
        {
            await inbox.ReceiveAsync(Delivery(tag), Token);
        }

        (await inbox.TakeAsync(8, Token)).Select(m => m.Tag).ShouldBe([1ul, 2ul]);
        (await Should.ThrowAsync<OverflowException>(() => inbox.TakeAsync(8, Token))).Message.ShouldBe("no such number");
    }

    [Fact]
    public async Task What_was_delivered_before_the_channel_closed_comes_out_and_then_the_reason()
    {
        var inbox = new RobotInbox(8, d => new(d.DeliveryTag, d.Body, d.BasicProperties, d.Redelivered));
        await inbox.ReceiveAsync(Delivery(1), Token);
        await inbox.CloseAsync("the queue is gone");

        (await inbox.TakeAsync(8, Token)).ShouldHaveSingleItem();
        (await Should.ThrowAsync<IOException>(() => inbox.TakeAsync(8, Token))).Message.ShouldBe("the queue is gone");
    }

    [Fact]
    public async Task A_batch_is_no_larger_than_asked_for_and_what_has_no_room_waits_for_it()
    {
        var inbox = new RobotInbox(2, d => new(d.DeliveryTag, d.Body, d.BasicProperties, d.Redelivered));
        await inbox.ReceiveAsync(Delivery(1), Token);
        await inbox.ReceiveAsync(Delivery(2), Token);
        var third = inbox.ReceiveAsync(Delivery(3), Token);
        third.IsCompleted.ShouldBeFalse();

        (await inbox.TakeAsync(1, Token)).Select(m => m.Tag).ShouldBe([1ul]);
        await third;

        (await inbox.TakeAsync(8, Token)).Select(m => m.Tag).ShouldBe([2ul, 3ul]);
    }

    private static BasicDeliverEventArgs Delivery(ulong tag) => new("", tag, redelivered: false, "", "", new BasicProperties(), ReadOnlyMemory<byte>.Empty, Token);
}
