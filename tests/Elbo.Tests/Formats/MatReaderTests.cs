using Elbo.Formats;

namespace Elbo.Tests.Formats;

public sealed class MatReaderTests : IDisposable
{
    private readonly Data.TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Files_of_another_writer_are_read_whatever_else_they_hold(bool compressed)
    {
        byte[] file = compressed ? MatFiles.Compressed : MatFiles.Plain;
        AssertArray(file, "ff", [3, 2], [1.5, 3, 5, -2, 4, 1e300]);
        AssertArray(file, "small", [1, 3], [1, 2, 3]);
        AssertArray(
            file,
            "big",
            [2, 3, 4],
            [.. Enumerable.Range(0, 24).Select(i => i % 2 * 12 + i / 2 % 3 * 4 + (double)(i / 6))]
        );
        AssertArray(file, "b", [1, 2], [1, 0]);
        AssertArray(file, "i64", [1, 1], [-Math.Pow(2, 60)]);
        AssertArray(file, "f32", [1, 1], [0.5]);
        AssertRefused(file, "text", "found text as text; expected an array of numbers.");
        AssertRefused(file, "cells", "found a cell array as cells; expected an array of numbers.");
        AssertRefused(file, "s", "found a structure as s; expected an array of numbers.");
        AssertRefused(file, "sp", "found a sparse array as sp; expected an array of numbers.");
        AssertRefused(file, "c", "found complex numbers as c; expected real ones.");
        AssertRefused(
            file,
            "gg",
            $"at byte {file.Length}: found the end of the file and no variable gg; there are text, cells, s, "
                + "small, ff, big, c, b, i64, f32, sp."
        );
    }

    public static TheoryData<bool, bool> Layouts =>
        new()
        {
            { true, false },
            { true, true },
            { false, false },
            { false, true },
        };

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Numbers_of_every_stored_type_are_read_in_either_byte_order(bool littleEndian, bool compress)
    {
        void Check<T>(MatType type, T[] numbers, Func<T, byte[]> bytes, Func<T, double> value)
        {
            var builder = new MatBuilder(littleEndian);
            // More than four bytes, and a single number, which in most types is a small element.
            builder.Array(
                "many",
                [numbers.Length, 1],
                type,
                [.. numbers.SelectMany(n => builder.Ordered(bytes(n)))],
                compress: compress
            );
            builder.Array("one", [1, 1], type, builder.Ordered(bytes(numbers[0])), compress: compress);
            AssertArray(builder.File, "many", [numbers.Length, 1], [.. numbers.Select(value)]);
            AssertArray(builder.File, "one", [1, 1], [value(numbers[0])]);
        }

        Check<sbyte>(MatType.Int8, [-128, 1, 127, 4, 5], n => [(byte)n], n => n);
        Check<byte>(MatType.UInt8, [255, 1, 2, 3, 4], n => [n], n => n);
        Check<short>(MatType.Int16, [-32768, 258, 3], BitConverter.GetBytes, n => n);
        Check<ushort>(MatType.UInt16, [65535, 258, 3], BitConverter.GetBytes, n => n);
        Check<int>(MatType.Int32, [int.MinValue, 0x01020304], BitConverter.GetBytes, n => n);
        Check<uint>(MatType.UInt32, [uint.MaxValue, 0x01020304], BitConverter.GetBytes, n => n);
        Check<float>(MatType.Single, [-1.5f, 3e38f], BitConverter.GetBytes, n => n);
        Check<double>(MatType.Double, [-1e-300, 0.1], BitConverter.GetBytes, n => n);
        Check<long>(MatType.Int64, [long.MinValue, 0x0102030405060708], BitConverter.GetBytes, n => n);
        Check<ulong>(MatType.UInt64, [1UL << 63, 3], BitConverter.GetBytes, n => n);
    }

    [Fact]
    public void Other_formats_of_matlab_are_named()
    {
        byte[] Header(string text, byte major) =>
            [
                .. System.Text.Encoding.ASCII.GetBytes(text.PadRight(124)),
                0,
                major,
                (byte)'I',
                (byte)'M',
                .. new byte[384],
            ];
        const string Needed = "expected one of MATLAB 5 to 7.2. In MATLAB, save(…, '-v7') writes it.";
        AssertRefused(
            Header("MATLAB 7.3 MAT-file", 2),
            "ff",
            $"at byte 0: found a MAT-file of MATLAB 7.3, which is HDF5; {Needed}"
        );
        AssertRefused(
            [0, 0, 0, 0, 3, 0, 0, 0, .. new byte[200]],
            "ff",
            $"at byte 0: found what may be a MAT-file of MATLAB 4; {Needed}"
        );
        AssertRefused(
            [.. Enumerable.Repeat((byte)'x', 200)],
            "ff",
            $"at byte 0: found no header of a MAT-file; {Needed}"
        );
        AssertRefused(
            new byte[20],
            "ff",
            "at byte 0: found a file of 20 bytes; expected the 128 of a MAT-file's header."
        );
        AssertRefused([], "ff", "at byte 0: found a file of 0 bytes;");
        AssertRefused(
            new MatBuilder().File,
            "ff",
            "at byte 128: found the end of the file and no variable ff; there are none."
        );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_cut_anywhere_is_refused_and_never_read_in_part(bool compress)
    {
        byte[] file = new MatBuilder().Array("ff", [3, 2], MatType.UInt8, [1, 2, 3, 4, 5, 6], compress: compress).File;
        for (int length = 0; length < file.Length; length++)
            Assert.StartsWith(
                _folder.File("f.mat"),
                Assert.Throws<InvalidDataException>(() => Read(file[..length], "ff")).Message
            );
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Damage_anywhere_gives_a_complaint_or_an_array_but_no_other_failure(bool compress)
    {
        byte[] file = new MatBuilder().Array("ff", [3, 2], MatType.UInt8, [1, 2, 3, 4, 5, 6], compress: compress).File;
        for (int at = 124; at < file.Length; at++)
            foreach (byte change in (ReadOnlySpan<byte>)[1, 0x80, 0xff])
            {
                byte[] damaged = [.. file];
                damaged[at] ^= change;
                try
                {
                    Assert.Equal("ff", Read(damaged, "ff").Name);
                }
                catch (InvalidDataException e)
                {
                    Assert.StartsWith($"{_folder.File("f.mat")}: at byte ", e.Message);
                }
            }
    }

    [Fact]
    public void What_does_not_fit_is_refused_where_it_stands()
    {
        AssertRefused(
            new MatBuilder().Array("ff", [3, 3], MatType.UInt8, new byte[6]).File,
            "ff",
            "at byte 184: found 6 bytes as the numbers of ff; expected 9 for 3×3 of 1 bytes each."
        );
        AssertRefused(
            new MatBuilder().Array("ff", [-1, 3], MatType.UInt8, []).File,
            "ff",
            "at byte 160: found -1 as a size of ff; expected 0 or more."
        );
        AssertRefused(
            new MatBuilder().Array("ff", [int.MaxValue, int.MaxValue, int.MaxValue], MatType.UInt8, new byte[9]).File,
            "ff",
            "at byte 192: found 9 bytes as the numbers of ff; expected "
        );
        AssertRefused(
            new MatBuilder().Array("ff", [5, 1], (MatType)16, new byte[5]).File,
            "ff",
            "at byte 176: found element type 16 as the numbers of ff; expected a type of numbers."
        );
        AssertRefused(
            new MatBuilder().Array("ff", [2], MatType.UInt8, [1, 2]).File,
            "ff",
            "found sizes of 4 bytes; expected 4 for each dimension, of which there are two or more."
        );
        // A short stream that claims four gigabytes.
        var builder = new MatBuilder();
        AssertRefused(
            builder
                .Raw(
                    builder.Tagged(
                        15,
                        MatBuilder.Deflate([.. builder.Word(14), .. builder.Word(0xfffffff0)]),
                        pad: false
                    )
                )
                .File,
            "ff",
            "at byte 128, 4 bytes into what it holds compressed: found an array of 4294967280 bytes in "
        );
    }

    [Fact]
    public void What_has_no_name_is_passed_over()
    {
        var builder = new MatBuilder();
        builder.Raw(builder.Tagged(14, builder.Tagged(6, [.. builder.Word(17), .. builder.Word(0)])));
        builder.Raw(builder.Tagged(2, new byte[16]));
        AssertArray(builder.Array("x", [1, 2], MatType.UInt8, [7, 8]).File, "x", [1, 2], [7, 8]);
    }

    private void AssertArray(byte[] file, string variable, int[] dimensions, double[] values)
    {
        var array = Read(file, variable);
        Assert.Equal(dimensions, array.Dimensions);
        Assert.Equal(values, array.Values);
    }

    private void AssertRefused(byte[] file, string variable, string complaint)
    {
        string message = Assert.Throws<InvalidDataException>(() => Read(file, variable)).Message;
        Assert.StartsWith(_folder.File("f.mat") + ": at byte ", message);
        Assert.Contains(complaint, message);
    }

    private MatArray Read(byte[] file, string variable) => MatReader.Read(_folder.Write("f.mat", file), variable);
}
