using System.Buffers.Binary;
using System.Text;
using System.Text.RegularExpressions;
using Elbo.Engine;

namespace Elbo.Tests.Fuzzing;

/// <summary>
/// Makes damaged and hostile files of sound ones. The same number gives the same file: a failure is repeated by the
/// name of the target and the number of the input.
/// </summary>
/// <param name="seeds">Sound files.</param>
/// <param name="container">How to change what is inside; null if nothing is packed or guarded by a checksum.</param>
/// <param name="tokens">Words of the format.</param>
/// <param name="rng">The random numbers of the target.</param>
internal sealed partial class Mutator(
    IReadOnlyList<byte[]> seeds,
    Container? container,
    IReadOnlyList<byte[]> tokens,
    Rng rng
)
{
    private const int MostMutations = 4,
        Repetitions = 1000,
        Depth = 3000,
        LargestResult = 1 << 18;

    private static readonly Func<Mutator, byte[], Rng, byte[]>[] Mutations =
    [
        (_, file, rng) => file[..rng.Next(file.Length + 1)],
        (_, file, rng) => Changed(file, rng, value => (byte)(value ^ (1 << rng.Next(8)))),
        (_, file, rng) => Changed(file, rng, _ => (byte)rng.Next(256)),
        (_, file, rng) => Integer(file, rng),
        (_, file, rng) => Integer(file, rng),
        (_, file, rng) => Inserted(file, rng, Noise(1 + rng.Next(16), rng)),
        (_, file, rng) => Deleted(file, rng),
        (_, file, rng) => Inserted(file, rng, Block(file, rng, 64)),
        (_, file, rng) => Swapped(file, rng),
        (_, file, rng) => Repeated(file, rng),
        (mutator, file, rng) => mutator.Spliced(file, rng),
        (mutator, file, rng) => mutator.WithToken(file, rng),
        (mutator, file, rng) => mutator.WithToken(file, rng),
        (_, file, rng) => Number(file, rng),
        (_, file, rng) => Number(file, rng),
        (_, file, rng) => Nested(file, rng),
        (_, file, rng) => LineChanged(file, rng),
    ];

    private static readonly byte[][] Numbers =
    [
        .. (
            (string[])
                [
                    "-1",
                    "0",
                    "1",
                    "2147483647",
                    "-2147483648",
                    "9999999999",
                    "9223372036854775807",
                    "18446744073709551616",
                    "1e308",
                    "1e-320",
                    "1e999",
                    "0.5",
                    "NaN",
                    "Infinity",
                    "",
                    "null",
                    "\"7\"",
                    "30000",
                    "1000000",
                ]
        ).Select(Encoding.ASCII.GetBytes),
    ];

    private static readonly (string Open, string Close)[] Brackets =
    [
        ("[", "]"),
        ("{\"a\":", "}"),
        ("(", ")"),
        ("\"", "\""),
    ];

    /// <summary>Input <paramref name="number"/> of the target.</summary>
    public byte[] Next(int number)
    {
        var own = rng.Fork((ulong)number);
        byte[] seed = seeds[own.Next(seeds.Count)];
        // The parsers behind a checksum or a compression see damage only if it is made inside.
        if (container is not null && own.Next(3) > 0)
        {
            byte[] inside = container.Rewrite(seed, part => Mutated(part, own), own);
            return own.Next(8) > 0 ? inside : Mutated(inside, own);
        }
        return Mutated(seed, own);
    }

    private byte[] Mutated(byte[] file, Rng rng)
    {
        // Most faults need one change; several together reach combinations.
        int count = rng.Next(2) == 0 ? 1 : 1 + rng.Next(MostMutations);
        for (int i = 0; i < count; i++)
        {
            file = Mutations[rng.Next(Mutations.Length)](this, file, rng);
            if (file.Length > LargestResult)
                file = file[..LargestResult];
        }
        return file;
    }

    private static byte[] Changed(byte[] file, Rng rng, Func<byte, byte> change)
    {
        if (file.Length == 0)
            return file;
        byte[] result = [.. file];
        for (int i = 1 + rng.Next(4); i > 0; i--)
        {
            // Headers come first and decide most.
            int at = rng.Next(rng.Next(2) == 0 ? file.Length : Math.Min(file.Length, 128));
            result[at] = change(result[at]);
        }
        return result;
    }

    /// <summary>Overwrites 1, 2, 4 or 8 bytes with an extreme value, or with one near the length of the file.</summary>
    private static byte[] Integer(byte[] file, Rng rng)
    {
        int size = 1 << rng.Next(4);
        if (file.Length < size)
            return file;
        ulong highest = size == 8 ? ulong.MaxValue : (1UL << (8 * size)) - 1;
        ulong value =
            rng.Next(9) switch
            {
                0 => 0,
                1 => 1,
                2 => highest >> 1,
                3 => (highest >> 1) + 1,
                4 => highest,
                5 => highest - 1,
                6 => (ulong)file.Length - 1,
                7 => (ulong)file.Length + 1,
                _ => (ulong)rng.Next(1 << 20) * (ulong)(1 + rng.Next(64)),
            } & highest;
        Span<byte> number = stackalloc byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(number, value);
        number = number[..size];
        if (rng.Next(2) == 0)
            number.Reverse();
        byte[] result = [.. file];
        int last = file.Length - size;
        number.CopyTo(result.AsSpan(rng.Next((rng.Next(2) == 0 ? last : Math.Min(last, 256)) + 1)));
        return result;
    }

    private static byte[] Inserted(byte[] file, Rng rng, ReadOnlySpan<byte> block)
    {
        int at = rng.Next(file.Length + 1);
        return [.. file.AsSpan(0, at), .. block, .. file.AsSpan(at)];
    }

    private static byte[] Deleted(byte[] file, Rng rng)
    {
        int at = rng.Next(file.Length + 1),
            length = Math.Min(file.Length - at, 1 + rng.Next(rng.Next(2) == 0 ? 8 : 256));
        return [.. file.AsSpan(0, at), .. file.AsSpan(at + length)];
    }

    private static byte[] Swapped(byte[] file, Rng rng)
    {
        int first = rng.Next(file.Length + 1),
            second = first + rng.Next(file.Length - first + 1),
            end = second + rng.Next(file.Length - second + 1);
        return
        [
            .. file.AsSpan(0, first),
            .. file.AsSpan(second, end - second),
            .. file.AsSpan(first, second - first),
            .. file.AsSpan(end),
        ];
    }

    private static byte[] Repeated(byte[] file, Rng rng)
    {
        byte[] block = Block(file, rng, 16);
        byte[] many = new byte[block.Length * Repetitions];
        for (int i = 0; i < Repetitions; i++)
            block.CopyTo(many, i * block.Length);
        return Inserted(file, rng, many);
    }

    /// <summary>The beginning of this file and the end of another one.</summary>
    private byte[] Spliced(byte[] file, Rng rng)
    {
        byte[] other = seeds[rng.Next(seeds.Count)];
        return [.. file.AsSpan(0, rng.Next(file.Length + 1)), .. other.AsSpan(rng.Next(other.Length + 1))];
    }

    private byte[] WithToken(byte[] file, Rng rng)
    {
        byte[] token = tokens[rng.Next(tokens.Count)];
        int at = rng.Next(file.Length + 1),
            end = rng.Next(2) == 0 ? at : Math.Min(file.Length, at + token.Length);
        return [.. file.AsSpan(0, at), .. token, .. file.AsSpan(end)];
    }

    /// <summary>Replaces one of the decimal numbers in the file, if it has any.</summary>
    private static byte[] Number(byte[] file, Rng rng)
    {
        // Latin-1 keeps every byte.
        string text = Encoding.Latin1.GetString(file);
        int from = rng.Next(text.Length + 1);
        var found = DecimalNumber().Match(text, from);
        if (!found.Success)
            found = DecimalNumber().Match(text);
        return found.Success
            ?
            [
                .. file.AsSpan(0, found.Index),
                .. Numbers[rng.Next(Numbers.Length)],
                .. file.AsSpan(found.Index + found.Length),
            ]
            : file;
    }

    private static byte[] Nested(byte[] file, Rng rng)
    {
        var (open, close) = Brackets[rng.Next(Brackets.Length)];
        int depth = 1 + rng.Next(rng.Next(2) == 0 ? 4 : Depth);
        string text = string.Concat(Enumerable.Repeat(open, depth)) + "1";
        if (rng.Next(2) == 0)
            text += string.Concat(Enumerable.Repeat(close, depth));
        return Inserted(file, rng, Encoding.ASCII.GetBytes(text));
    }

    /// <summary>Removes, repeats or moves a line.</summary>
    private static byte[] LineChanged(byte[] file, Rng rng)
    {
        string[] lines = Encoding.Latin1.GetString(file).Split('\n');
        if (lines.Length < 2 || lines.Length > 10_000)
            return Deleted(file, rng);
        int line = rng.Next(lines.Length),
            target = rng.Next(lines.Length);
        IEnumerable<string> changed = rng.Next(3) switch
        {
            0 => lines.Where((_, i) => i != line),
            1 => [.. lines[..target], lines[line], .. lines[target..]],
            _ => lines.Select((text, i) => i == target ? lines[line] : text),
        };
        return Encoding.Latin1.GetBytes(string.Join('\n', changed));
    }

    private static byte[] Block(byte[] file, Rng rng, int longest)
    {
        int at = rng.Next(file.Length + 1);
        return file[at..Math.Min(file.Length, at + 1 + rng.Next(longest))];
    }

    private static byte[] Noise(int length, Rng rng)
    {
        byte[] noise = new byte[length];
        for (int i = 0; i < length; i++)
            noise[i] = (byte)rng.Next(256);
        return noise;
    }

    [GeneratedRegex(@"-?\d+(\.\d+)?(e[+-]?\d+)?")]
    private static partial Regex DecimalNumber();
}
