namespace Strata.Webhooks.Tests;

public sealed class WebhookSignatureTests
{
    /// <summary>The example of the Standard Webhooks specification: any of its libraries verifies it.</summary>
    [Fact]
    public void A_signature_is_that_of_Standard_Webhooks() =>
        WebhookSignature.Sign(
            WebhookSignature.ParseSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")!.Value.Span, "msg_p5jXN8AQM9LWM0D4loKWxJek", DateTimeOffset.FromUnixTimeSeconds(1614265330), """{"test": 2432232314}""")
            .ShouldBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");

    [Theory]
    [InlineData("")]
    [InlineData("fifteen letters")]
    [InlineData("whsec_")]
    [InlineData("whsec_AAAA")]
    [InlineData("whsec_not base64, though it is long enough")]
    public void A_secret_that_can_be_guessed_or_is_broken_is_none(string text) => WebhookSignature.ParseSecret(text).ShouldBeNull();

    [Fact]
    public void A_plain_text_of_sixteen_bytes_is_a_secret() => WebhookSignature.ParseSecret("sixteen letters!")!.Value.Length.ShouldBe(16);
}
