using System.Security.Cryptography;
using Google.Protobuf;
using Grpc.Core;
using Strata.Catalog.Protocol;

namespace Strata.Catalog;

internal sealed partial class RerunCloudService
{
    /// <summary>Rerun's own limit, in its words.</summary>
    private const ulong LargestBandwidthTestBytes = 33_554_432;

    private const int BandwidthPieceBytes = 1 << 20;

    /// <summary>As many bytes as asked, which nothing on the way can compress. Source: catalog-protocol §2.2.</summary>
    public override async Task DoBandwidthTest(DoBandwidthTestRequest request, IServerStreamWriter<DoBandwidthTestResponse> responseStream, ServerCallContext context)
    {
        if (request.NumBytes > LargestBandwidthTestBytes)
        {
            throw CatalogException.InvalidArgument($"num_bytes ({request.NumBytes}) exceeds the maximum of {LargestBandwidthTestBytes}");
        }

        for (var left = (int)request.NumBytes; left > 0;)
        {
            var piece = RandomNumberGenerator.GetBytes(Math.Min(left, BandwidthPieceBytes));
            await responseStream.WriteAsync(new() { Payload = UnsafeByteOperations.UnsafeWrap(piece) }, context.CancellationToken);
            left -= piece.Length;
        }
    }
}
