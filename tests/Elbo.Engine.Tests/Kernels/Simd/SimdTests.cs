using Elbo.Engine.Kernels;
using Elbo.Engine.Kernels.Simd;

namespace Elbo.Engine.Tests.Kernels.Simd;

/// <summary>What every register width promises, lane by lane.</summary>
public unsafe class SimdTests
{
    private const int Room = 64;
    private const float Untouched = 99;

    public static TheoryData<string> Sets => TestDevices.BySet;

    [Theory]
    [MemberData(nameof(Sets))]
    public void Partial_loads_give_0_and_partial_stores_keep_what_is_beyond(string set) => Run<PartialAccess>(set);

    [Theory]
    [MemberData(nameof(Sets))]
    public void Arithmetic_works_lane_by_lane(string set) => Run<LaneArithmetic>(set);

    [Theory]
    [MemberData(nameof(Sets))]
    public void Bounds_let_a_NaN_in_second_place_through(string set) => Run<Bounds>(set);

    [Theory]
    [MemberData(nameof(Sets))]
    public void Exponents_split_and_scale_over_the_whole_range(string set) => Run<Exponents>(set);

    [Theory]
    [MemberData(nameof(Sets))]
    public void Lanes_multiply_as_unsigned_integers(string set) => Run<Bits>(set);

    [Theory]
    [MemberData(nameof(Sets))]
    public void Blocks_are_transposed_and_absent_rows_are_0(string set) => Run<Transposition>(set);

    private static void Run<TKernel>(string set)
        where TKernel : struct, IKernel<int>
    {
        int nothing = 0;
        TestDevices.Shared(set).Launch<TKernel, int>(&nothing, work: 0);
    }

    private static float[] Lanes<V>(V v)
        where V : unmanaged, ISimd<V>
    {
        var lanes = new float[V.Width];
        fixed (float* p = lanes)
            v.Store(p);
        return lanes;
    }

    /// <summary>A register of f(0), f(1), …</summary>
    private static V Register<V>(Func<int, float> f)
        where V : unmanaged, ISimd<V>
    {
        float* lanes = stackalloc float[Room];
        for (int i = 0; i < V.Width; i++)
            lanes[i] = f(i);
        return V.Load(lanes);
    }

    private static float[] Expected<V>(Func<int, float> f)
        where V : unmanaged, ISimd<V> => [.. Enumerable.Range(0, V.Width).Select(f)];

    private readonly struct PartialAccess : IKernel<int>
    {
        public static void Run<V>(int* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            float* memory = stackalloc float[Room];
            byte* bytes = stackalloc byte[Room];
            for (int i = 0; i < Room; i++)
                (memory[i], bytes[i]) = (i + 1, (byte)(250 - i));
            Assert.Equal(Expected<V>(i => 250 - i), Lanes(V.LoadBytes(bytes)));
            for (int count = -3; count <= V.Width + 3; count++)
            {
                var loaded = V.LoadPartial(memory, count);
                Assert.Equal(Expected<V>(i => i < count ? i + 1 : 0), Lanes(loaded));
                var stored = new float[V.Width + 1];
                Array.Fill(stored, Untouched);
                fixed (float* p = stored)
                    loaded.StorePartial(p, count);
                Assert.Equal([.. Expected<V>(i => i < count ? i + 1 : Untouched), Untouched], stored);
            }
        }
    }

    private readonly struct LaneArithmetic : IKernel<int>
    {
        public static void Run<V>(int* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            V a = Register<V>(i => i - 3.5f),
                b = Register<V>(i => 2 * i + 1);
            Assert.Equal(Expected<V>(i => i - 3.5f + (2 * i + 1)), Lanes(a + b));
            Assert.Equal(Expected<V>(i => i - 3.5f - (2 * i + 1)), Lanes(a - b));
            Assert.Equal(Expected<V>(i => (i - 3.5f) * (2 * i + 1)), Lanes(a * b));
            Assert.Equal(Expected<V>(i => (i - 3.5f) / (2 * i + 1)), Lanes(a / b));
            Assert.Equal(Expected<V>(i => (i - 3.5f) * (2 * i + 1) + 2), Lanes(V.Fma(a, b, V.Broadcast(2))));
            Assert.Equal(Expected<V>(i => -(i - 3.5f)), Lanes(-a));
            Assert.Equal(Expected<V>(i => MathF.Abs(i - 3.5f)), Lanes(V.Abs(a)));
            Assert.Equal(Expected<V>(i => MathF.Sqrt(2 * i + 1)), Lanes(V.Sqrt(b)));
            Assert.Equal(Expected<V>(i => MathF.Round(i - 3.5f)), Lanes(V.Round(a)));
            Assert.Equal(
                Expected<V>(i => i < 5 ? 1 : 2),
                Lanes(V.Select(V.LessThan(Register<V>(i => i), V.Broadcast(5)), V.Broadcast(1), V.Broadcast(2)))
            );
            Assert.Equal(
                Expected<V>(i => i < 5 ? 7 : 0),
                Lanes(V.LessThan(Register<V>(i => i), V.Broadcast(5)) & V.Broadcast(7))
            );
            Assert.Equal(Expected<V>(_ => 0), Lanes(a ^ a));
            Assert.Equal(Enumerable.Range(0, V.Width).Sum(i => 2 * i + 1), b.Sum());
            Assert.Equal(V.Width - 4.5f, a.Largest());
            Assert.Equal(3.5f, (-a).Largest());
        }
    }

    private readonly struct Bounds : IKernel<int>
    {
        public static void Run<V>(int* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            float[] values = [float.NaN, -1, 0, 3, float.PositiveInfinity, float.NegativeInfinity];
            foreach (float bound in values)
            foreach (float x in values)
            {
                Assert.Equal(Expected<V>(_ => bound < x ? bound : x), Lanes(V.Min(V.Broadcast(bound), V.Broadcast(x))));
                Assert.Equal(Expected<V>(_ => bound > x ? bound : x), Lanes(V.Max(V.Broadcast(bound), V.Broadcast(x))));
                Assert.Equal(
                    Expected<V>(_ =>
                        float.IsNaN(bound + x) && (float.IsNaN(bound) || float.IsNaN(x))
                            ? float.NaN
                            : MathF.Max(bound, x)
                    ),
                    Lanes(VectorMath.Largest(V.Broadcast(bound), V.Broadcast(x)))
                );
                Assert.Equal(
                    Expected<V>(_ => bound < x ? 1 : 0),
                    Lanes(V.LessThan(V.Broadcast(bound), V.Broadcast(x)) & V.Broadcast(1))
                );
            }
        }
    }

    private readonly struct Exponents : IKernel<int>
    {
        public static void Run<V>(int* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            for (int power = -149; power <= 127; power++)
            {
                float x = MathF.ScaleB(1.25f, power);
                float mantissa = Lanes(V.SplitExponent(V.Broadcast(x), out var exponent))[0];
                Assert.InRange(mantissa, 1, 1.9999999f);
                Assert.Equal(x, MathF.ScaleB(mantissa, (int)Lanes(exponent)[0]));
            }
            for (int power = -252; power <= 254; power++)
            {
                Assert.Equal(
                    Expected<V>(_ => MathF.ScaleB(1.25f, power)),
                    Lanes(V.ScaleByPowerOfTwo(V.Broadcast(1.25f), V.Broadcast(power)))
                );
                Assert.Equal(
                    Expected<V>(_ => MathF.ScaleB(0.75f, power)),
                    Lanes(V.ScaleByPowerOfTwo(V.Broadcast(0.75f), V.Broadcast(power)))
                );
            }
        }
    }

    private readonly struct Bits : IKernel<int>
    {
        public static void Run<V>(int* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            foreach (uint first in new[] { 0u, 17u, 0x7FFF_FFF8u, 0xFFFF_FFFAu, 0x7F80_0001u })
            {
                var lanes = V.CountBits(first);
                V.MultiplyBits(lanes, PhiloxBlock.Multiplier0, out var high, out var low);
                var unit = V.UnitFromBits(lanes);
                for (int i = 0; i < V.Width; i++)
                {
                    uint bits = first + (uint)i;
                    ulong product = (ulong)bits * PhiloxBlock.Multiplier0;
                    Assert.Equal(bits, BitConverter.SingleToUInt32Bits(Lanes(lanes)[i]));
                    Assert.Equal((uint)(product >> 32), BitConverter.SingleToUInt32Bits(Lanes(high)[i]));
                    Assert.Equal((uint)product, BitConverter.SingleToUInt32Bits(Lanes(low)[i]));
                    Assert.Equal((bits >> 8) / (float)(1 << 24), Lanes(unit)[i]);
                }
                Assert.All(Lanes(V.BroadcastBits(first)), v => Assert.Equal(first, BitConverter.SingleToUInt32Bits(v)));
            }
        }
    }

    private readonly struct Transposition : IKernel<int>
    {
        public static void Run<V>(int* args, Worker worker)
            where V : unmanaged, ISimd<V>
        {
            int stride = V.Width + 3;
            var source = Enumerable.Range(0, V.Width * stride).Select(i => (float)i).ToArray();
            var destination = new float[V.Width * (V.Width + 2)];
            for (int rows = 0; rows <= V.Width + 2; rows++)
            {
                Array.Fill(destination, Untouched);
                fixed (
                    float* from = source,
                        to = destination
                )
                    V.Transpose(new StridedRows(from, stride), rows, to, V.Width + 2);
                for (int i = 0; i < V.Width; i++)
                for (int j = 0; j < V.Width + 2; j++)
                    Assert.Equal(
                        j >= V.Width ? Untouched
                            : j < rows ? source[j * stride + i]
                            : 0,
                        destination[i * (V.Width + 2) + j]
                    );
            }
        }
    }
}
