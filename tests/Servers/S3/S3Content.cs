using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Strata.Servers;

/// <summary>What an object store holds.</summary>
public sealed class S3Content
{
    private readonly ConcurrentDictionary<string, byte> _buckets = new(StringComparer.Ordinal);

    public ConcurrentDictionary<(string Bucket, string Key), S3Object> Objects { get; } = new();

    /// <summary>Begun and not ended, by id.</summary>
    public ConcurrentDictionary<string, S3Upload> Uploads { get; } = new(StringComparer.Ordinal);

    public void AddBucket(string bucket) => _buckets[bucket] = 0;

    public void RemoveBucket(string bucket) => _buckets.Remove(bucket, out _);

    public bool HasBucket(string bucket) => _buckets.ContainsKey(bucket);

    public void Put(string bucket, string key, byte[] bytes, string? sha256 = null) => Objects[(bucket, key)] = new(bytes, ETagOf(bytes), DateTime.UtcNow, sha256);

    /// <summary>Makes an object as old as that.</summary>
    public void Age(string bucket, string key, TimeSpan age) => Objects[(bucket, key)] = Objects[(bucket, key)] with { Modified = DateTime.UtcNow - age };

    internal static string ETagOf(byte[] bytes) => $"\"{Convert.ToHexStringLower(SHA256.HashData(bytes))[..32]}\"";
}

/// <param name="Sha256">In base 64, where whoever put it said it.</param>
public sealed record S3Object(byte[] Bytes, string ETag, DateTime Modified, string? Sha256);

/// <param name="Parts">By number.</param>
public sealed record S3Upload(string Bucket, string Key, DateTime Begun, ConcurrentDictionary<int, byte[]> Parts);
