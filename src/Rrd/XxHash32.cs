using System.Buffers.Binary;
using System.Numerics;

namespace Strata.Rrd;

/// <summary>XXH32, the checksum of the footer. Source: rrd-format §1.4, appendix D.1.</summary>
public static class XxHash32
{
    private const uint Prime1 = 0x9E3779B1;
    private const uint Prime2 = 0x85EBCA77;
    private const uint Prime3 = 0xC2B2AE3D;
    private const uint Prime4 = 0x27D4EB2F;
    private const uint Prime5 = 0x165667B1;
    private const int StripeBytes = 16;

    public static uint Hash(ReadOnlySpan<byte> data, uint seed)
    {
        unchecked
        {
            var length = (uint)data.Length;
            uint hash;
            if (data.Length >= StripeBytes)
            {
                uint a = seed + Prime1 + Prime2, b = seed + Prime2, c = seed, d = seed - Prime1;
                while (data.Length >= StripeBytes)
                {
                    a = Round(a, BinaryPrimitives.ReadUInt32LittleEndian(data));
                    b = Round(b, BinaryPrimitives.ReadUInt32LittleEndian(data[4..]));
                    c = Round(c, BinaryPrimitives.ReadUInt32LittleEndian(data[8..]));
                    d = Round(d, BinaryPrimitives.ReadUInt32LittleEndian(data[12..]));
                    data = data[StripeBytes..];
                }
                hash = BitOperations.RotateLeft(a, 1) + BitOperations.RotateLeft(b, 7)
                    + BitOperations.RotateLeft(c, 12) + BitOperations.RotateLeft(d, 18);
            }
            else
            {
                hash = seed + Prime5;
            }
            hash += length;
            while (data.Length >= 4)
            {
                hash = BitOperations.RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(data) * Prime3), 17) * Prime4;
                data = data[4..];
            }
            foreach (var value in data)
            {
                hash = BitOperations.RotateLeft(hash + (value * Prime5), 11) * Prime1;
            }
            hash = (hash ^ (hash >> 15)) * Prime2;
            hash = (hash ^ (hash >> 13)) * Prime3;
            return hash ^ (hash >> 16);
        }
    }

    private static uint Round(uint lane, uint input) => unchecked(BitOperations.RotateLeft(lane + (input * Prime2), 13) * Prime1);
}
