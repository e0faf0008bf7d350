using System.Text;
using Elbo.Formats.TensorBoard;
using Elbo.Imaging;

namespace Elbo.Tests.Formats.TensorBoard;

public sealed class EventFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string TheFile => Directory.GetFiles(_folder.Path).Single();

    [Fact]
    public void Values_are_read_back_by_the_independent_reader()
    {
        byte[] png = PngEncoder.Encode(3, 2, 1, [1, 2, 3, 4, 5, 6]),
            colour = PngEncoder.Encode(1, 2, 3, [1, 2, 3, 4, 5, 6]);
        using (var file = EventFile.Open(_folder.Path, lastStep: 0))
        {
            file.Append(1, [SummaryValue.Scalar("loss", 1.5), SummaryValue.Scalar("größe/kl", -1e-30)]);
            file.Append(
                1L << 40,
                [
                    SummaryValue.Histogram("weights", [-1, 0, 0, 2])!,
                    SummaryValue.Image("picture", png),
                    SummaryValue.Image("colour", colour),
                ]
            );
        }
        var values = EventReader.Folder(_folder.Path);
        Assert.Equal(
            [(1L, "loss"), (1L, "größe/kl"), (1L << 40, "weights"), (1L << 40, "picture"), (1L << 40, "colour")],
            values.Select(v => (v.Step, v.Tag))
        );
        Assert.Equal([1.5f, -1e-30f], values.Take(2).Select(v => v.Scalar));
        var histogram = values[2].Histogram!;
        Assert.Equal(
            (-1, 2, 4, 1, 5),
            (histogram.Min, histogram.Max, histogram.Count, histogram.Sum, histogram.SumOfSquares)
        );
        Assert.Equal(4, histogram.Counts.Sum());
        Assert.Equal(histogram.Limits.Length, histogram.Counts.Length);
        Assert.Equal((3, 2, 1), (values[3].Image!.Width, values[3].Image!.Height, values[3].Image!.Colours));
        Assert.Equal(png, values[3].Image!.Png);
        Assert.Equal((1, 2, 3), (values[4].Image!.Width, values[4].Image!.Height, values[4].Image!.Colours));
    }

    [Fact]
    public void The_name_is_one_that_tensorboard_looks_for()
    {
        EventFile.Open(_folder.Path, 0).Dispose();
        Assert.Matches(@"^events\.out\.tfevents\.\d{10}\.elbo$", Path.GetFileName(TheFile));
    }

    [Fact]
    public void A_file_torn_anywhere_goes_on_with_whole_records()
    {
        long[] ends = Write(steps: 3);
        byte[] whole = File.ReadAllBytes(TheFile);
        for (int length = 0; length <= whole.Length; length++)
        {
            File.WriteAllBytes(TheFile, whole[..length]);
            using (var file = EventFile.Open(_folder.Path, lastStep: 3))
                file.Append(4, [SummaryValue.Scalar("loss", 4)]);
            int kept = ends.Count(end => end <= length);
            // Without even the version, the file begins anew.
            Assert.Equal(
                [.. Enumerable.Range(1, Math.Max(0, kept - 1)), 4],
                EventReader.Folder(_folder.Path).Select(v => (int)v.Step)
            );
        }
    }

    [Fact]
    public void A_damaged_record_and_all_after_it_are_cut_off()
    {
        long[] ends = Write(steps: 3);
        byte[] whole = File.ReadAllBytes(TheFile);
        for (long at = ends[1]; at < ends[2]; at++)
        {
            byte[] damaged = [.. whole];
            damaged[at] ^= 0x10;
            File.WriteAllBytes(TheFile, damaged);
            EventFile.Open(_folder.Path, lastStep: 3).Dispose();
            Assert.Equal([1], EventReader.Folder(_folder.Path).Select(v => (int)v.Step));
        }
    }

    [Theory]
    [InlineData(3, new[] { 1, 2, 3 })]
    [InlineData(2, new[] { 1, 2 })]
    [InlineData(0, new int[0])]
    [InlineData(-1, new int[0])]
    public void Steps_after_the_last_one_are_cut_off(int lastStep, int[] kept)
    {
        Write(steps: 3);
        EventFile.Open(_folder.Path, lastStep).Dispose();
        Assert.Equal(kept, EventReader.Folder(_folder.Path).Select(v => (int)v.Step));
    }

    [Fact]
    public void Each_record_is_on_the_disk_when_append_returns()
    {
        using var file = EventFile.Open(_folder.Path, 0);
        file.Append(1, [SummaryValue.Scalar("loss", 1)]);
        Assert.Single(EventReader.Folder(_folder.Path));
    }

    [Fact]
    public void What_is_no_event_file_is_left_alone()
    {
        string other = _folder.File("notes.txt");
        File.WriteAllText(other, "mine");
        EventFile.Open(_folder.Path, -1).Dispose();
        Assert.Equal("mine", File.ReadAllText(other));
    }

    /// <summary>A file with one record a step; where each record ends, the version's first.</summary>
    private long[] Write(int steps)
    {
        using var file = EventFile.Open(_folder.Path, 0);
        var ends = new List<long> { new FileInfo(TheFile).Length };
        for (int step = 1; step <= steps; step++)
        {
            file.Append(step, [SummaryValue.Scalar("loss", step)]);
            ends.Add(new FileInfo(TheFile).Length);
        }
        return [.. ends];
    }
}

public class Crc32CTests
{
    [Fact]
    public void The_vectors_of_rfc_3720_give_their_checks()
    {
        Assert.Equal(0x8a9136aau, Crc32C.Of(new byte[32]));
        Assert.Equal(0x62a8ab43u, Crc32C.Of([.. Enumerable.Repeat((byte)0xff, 32)]));
        Assert.Equal(0x46dd794eu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
        Assert.Equal(0x113fdb5cu, Crc32C.Of([.. Enumerable.Range(0, 32).Select(i => (byte)(31 - i))]));
        Assert.Equal(0xe3069283u, Crc32C.Of(Encoding.ASCII.GetBytes("123456789")));
        Assert.Equal(0u, Crc32C.Of([]));
    }

    [Fact]
    public void Masked_checks_agree_with_those_computed_bit_by_bit()
    {
        byte[] data = new byte[70];
        new Random(1).NextBytes(data);
        for (int length = 0; length <= data.Length; length++)
            Assert.Equal(EventReader.MaskedCrc(data.AsSpan(0, length)), Crc32C.Masked(data.AsSpan(0, length)));
    }
}
