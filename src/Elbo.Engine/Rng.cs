using System.Runtime.CompilerServices;

namespace Elbo.Engine;

/// <summary>Counter-based random number generator: Philox 4×32-10.</summary>
/// <remarks>
/// <para>
/// Every draw is a pure function of (key, draw number, element index). Tensors can therefore be filled by any number of
/// threads with the same bits, and a resumed run needs no generator state: it forks the seed by name and step.
/// </para>
/// <para>Salmon, Moraes, Dror and Shaw 2011, "Parallel random numbers: as easy as 1, 2, 3".</para>
/// <para>An instance counts its draws and is not thread-safe. Give each thread a <see cref="Fork(ulong)"/>.</para>
/// </remarks>
public sealed class Rng
{
    private const uint ForkDomain = 0xFFFF_FFFF;
    private const uint ScalarDomain = 0xFFFF_FFFE;

    private readonly ulong _key;
    private uint _draws;
    private ulong _scalarBlock;
    private PhiloxBlock _buffer;
    private int _buffered;

    /// <summary>Creates a generator from a seed. Equal seeds give equal sequences.</summary>
    public Rng(ulong seed) => _key = seed;

    /// <summary>Creates an independent generator for the stream called <paramref name="name"/>.</summary>
    public Rng Fork(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        ulong hash = 14695981039346656037; // FNV-1a, 64 bits: stable across processes, unlike string.GetHashCode
        foreach (char c in name)
            hash = (hash ^ c) * 1099511628211;
        return Fork(hash);
    }

    /// <summary>Creates an independent generator for an index, such as a step, an epoch or an image.</summary>
    public Rng Fork(ulong index)
    {
        var block = PhiloxBlock.Compute(_key, (uint)index, (uint)(index >> 32), 0, ForkDomain);
        return new Rng(block.R0 | ((ulong)block.R1 << 32));
    }

    /// <summary>Reserves the next draw of a whole tensor: the key and the draw number that identify it.</summary>
    internal (ulong Key, uint Draw) NextDraw() => (_key, _draws++);

    /// <summary>Returns a uniform 32-bit integer.</summary>
    public uint NextUInt32()
    {
        if (_buffered == 0)
        {
            _buffer = PhiloxBlock.Compute(_key, (uint)_scalarBlock, (uint)(_scalarBlock >> 32), 0, ScalarDomain);
            _scalarBlock++;
            _buffered = 4;
        }
        return (4 - _buffered--) switch
        {
            0 => _buffer.R0,
            1 => _buffer.R1,
            2 => _buffer.R2,
            _ => _buffer.R3,
        };
    }

    /// <summary>Returns a uniform number in [0, 1) with 24 random bits.</summary>
    public float NextSingle() => (NextUInt32() >> 8) * (1f / (1 << 24));

    /// <summary>Returns a uniform integer in [0, <paramref name="bound"/>).</summary>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="bound"/> is not positive.</exception>
    public int Next(int bound)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(bound);
        // Lemire 2019: multiply-shift, rejecting the few values that would bias the result.
        uint range = (uint)bound;
        ulong product = (ulong)NextUInt32() * range;
        if ((uint)product < range)
        {
            uint threshold = (0u - range) % range;
            while ((uint)product < threshold)
                product = (ulong)NextUInt32() * range;
        }
        return (int)(product >> 32);
    }

    /// <summary>Returns a sample from N(0, 1), by the Box–Muller transform.</summary>
    public float NextNormal()
    {
        double radius = Math.Sqrt(-2 * Math.Log(((NextUInt32() >> 8) + 1) * (1.0 / (1 << 24))));
        double angle = 2 * Math.PI * ((NextUInt32() >> 8) * (1.0 / (1 << 24)));
        return (float)(radius * Math.Cos(angle));
    }

    /// <summary>Shuffles <paramref name="values"/> uniformly (Fisher–Yates).</summary>
    public void Shuffle<T>(Span<T> values)
    {
        for (int i = values.Length - 1; i > 0; i--)
        {
            int j = Next(i + 1);
            (values[i], values[j]) = (values[j], values[i]);
        }
    }
}

/// <summary>The four 32-bit words of one Philox 4×32-10 block.</summary>
internal readonly record struct PhiloxBlock(uint R0, uint R1, uint R2, uint R3)
{
    internal const uint Multiplier0 = 0xD2511F53;
    internal const uint Multiplier1 = 0xCD9E8D57;
    internal const uint Weyl0 = 0x9E3779B9;
    internal const uint Weyl1 = 0xBB67AE85;
    internal const int Rounds = 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static PhiloxBlock Compute(ulong key, uint c0, uint c1, uint c2, uint c3)
    {
        uint k0 = (uint)key,
            k1 = (uint)(key >> 32);
        for (int round = 0; round < Rounds; round++)
        {
            ulong p0 = (ulong)c0 * Multiplier0,
                p1 = (ulong)c2 * Multiplier1;
            c0 = (uint)(p1 >> 32) ^ c1 ^ k0;
            c1 = (uint)p1;
            c2 = (uint)(p0 >> 32) ^ c3 ^ k1;
            c3 = (uint)p0;
            k0 += Weyl0;
            k1 += Weyl1;
        }
        return new PhiloxBlock(c0, c1, c2, c3);
    }
}
