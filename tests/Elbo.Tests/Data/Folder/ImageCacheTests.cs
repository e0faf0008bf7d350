using Elbo.Data;
using Elbo.Data.Folder;
using Elbo.Imaging;
using Elbo.Tests.Imaging;

namespace Elbo.Tests.Data.Folder;

/// <summary>Decoded images are kept, and are those that decoding gives.</summary>
public sealed class ImageCacheTests : IDisposable
{
    private static readonly DateTime Past = new(2020, 1, 2, 3, 4, 5, DateTimeKind.Utc);

    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _cache = new();

    public ImageCacheTests()
    {
        for (int i = 0; i < ImageCache.LeastFiles; i++)
            Write($"{(i % 2 == 0 ? "even" : "odd")}/{i}.png", (byte)i);
    }

    public void Dispose()
    {
        _folder.Dispose();
        _cache.Dispose();
    }

    [Fact]
    public void What_comes_from_the_cache_is_what_decoding_gives()
    {
        Write(
            "odd/transparent.png",
            PngBytes.File(2, 2, PngBytes.GreyAlpha, 8, false, (x, _, s) => s == 0 ? 9 : x * 255)
        );
        Write("odd/deep.png", PngBytes.File(2, 2, PngBytes.Rgb, 16, false, (x, y, _) => 1000 * (x + y)));
        Write("odd/flawed.jpg", [.. JpegBytes.Rgb[..20], 1, 2, 3, .. JpegBytes.Rgb[20..]]);
        Write("even/broken.png", "no image"u8.ToArray());
        Write("even/empty.png", []);
        var options = Options() with { ImageSize = new ImageSize(3, 2) };
        var decoded = new ImageFolderSource().Load(Location(null), options);
        Assert.Equal((2, 4), (decoded.Unreadable.Count, decoded.Remarks.Count));
        Assert.NotNull(decoded.Background);
        Assert.Equal(4095, decoded.White16);
        Assert.Equal(3, decoded.Train.Shape.Channels);
        foreach (int threads in (int[])[1, 3])
        {
            var cached = new ImageFolderSource(threads).Load(Location(_cache.Path), options);
            foreach (var (one, other) in new[] { (decoded.Train, cached.Train), (decoded.Test, cached.Test) })
            {
                Assert.Equal(one.Shape, other.Shape);
                Assert.Equal(one.Pixels.ToArray(), other.Pixels.ToArray());
                Assert.Equal(one.Labels!.Value.ToArray(), other.Labels!.Value.ToArray());
                Assert.Equal(one.FileNames, other.FileNames);
            }
            Assert.Equal(decoded.Unreadable, cached.Unreadable);
            Assert.Equal(decoded.Remarks, cached.Remarks);
            Assert.Equal((decoded.Background, decoded.White16), (cached.Background, cached.White16));
            Assert.Single(_cache.FileNames());
        }
        options = options with { Strict = true };
        Assert.Equal(
            Assert.Throws<InvalidDataException>(() => new ImageFolderSource().Load(Location(null), options)).Message,
            Assert.Throws<InvalidDataException>(() => Load(options)).Message
        );
    }

    [Fact]
    public void The_second_load_decodes_nothing_until_a_file_changes()
    {
        byte[] first = Load().Train.Pixels.ToArray();
        string file = _folder.File("even/0.png");
        // In place, with the same length and time: nothing that the cache can notice.
        Overwrite(file, 77, Past);
        Assert.Equal(first, Load().Train.Pixels.ToArray());
        Assert.Equal(0, ValueOf("even/0.png"));
        // Every one of these is noticed.
        File.SetLastWriteTimeUtc(file, Past.AddTicks(10));
        Assert.Equal(77, ValueOf("even/0.png"));
        Write("even/0.png", 78, width: 3);
        Assert.Equal(78, ValueOf("even/0.png"));
        Write("even/new.png", 79);
        Assert.Equal(79, ValueOf("even/new.png"));
        File.Delete(_folder.File("even/new.png"));
        File.Move(_folder.File("even/2.png"), _folder.File("odd/2.png"));
        Assert.Equal(2, ValueOf("odd/2.png"));
        Assert.Single(_cache.FileNames()); // one for the folder and these options
    }

    [Fact]
    public void Other_options_and_the_order_of_a_listing_have_caches_of_their_own()
    {
        Load();
        var rgb = Load(Options() with { Colour = ImageColour.Rgb });
        Assert.Equal(3, rgb.Train.Shape.Channels);
        Assert.Equal(2, _cache.FileNames().Length);
        Load(Options() with { TestFraction = 0.5f });
        Load(Options() with { Strict = true });
        Assert.Equal(2, _cache.FileNames().Length);
        var listing = ImageFolderListing.Of(_folder.Path);
        int[] order = [.. Enumerable.Range(0, listing.Files.Count)];
        foreach (bool cached in (bool[])[false, true])
        {
            if (cached)
                Overwrite(_folder.File("odd/1.png"), 99, Past);
            var images = ImageFolderReader
                .Read(listing, order, Options(), _cache.Path, -1, null, default)
                .Images(0, 200);
            Assert.Equal(listing.Files.Select(file => file.Name), images.FileNames);
            Assert.Equal(
                images.FileNames!.Select(name => byte.Parse(Path.GetFileNameWithoutExtension(name))),
                Enumerable.Range(0, 200).Select(i => images.Image(i)[0])
            );
        }
        Assert.Equal(3, _cache.FileNames().Length);
    }

    [Fact]
    public void A_damaged_or_foreign_file_is_ignored_and_replaced()
    {
        var sound = Load();
        string path = _cache.File(_cache.FileNames().Single());
        byte[] bytes = File.ReadAllBytes(path);
        byte[][] wrong =
        [
            [],
            "another program's file"u8.ToArray(),
            bytes[..^1],
            [.. bytes, 0],
            .. new[] { 0, 7, 8, 40, 44, 48, 60, bytes.Length - 500, bytes.Length - 1 }.Select(at =>
            {
                byte[] flipped = [.. bytes];
                flipped[at] ^= 0x40;
                return flipped;
            }),
        ];
        foreach (byte[] content in wrong)
        {
            File.WriteAllBytes(path, content);
            var data = Load();
            Assert.Equal(sound.Train.Pixels.ToArray(), data.Train.Pixels.ToArray());
            Assert.Equal(sound.Remarks, data.Remarks);
            Assert.Equal(bytes, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void Few_files_files_just_written_and_faults_that_may_pass_are_not_cached()
    {
        File.SetLastWriteTimeUtc(_folder.File("odd/1.png"), DateTime.UtcNow);
        Load();
        Assert.Empty(_cache.FileNames());
        File.Delete(_folder.File("odd/1.png"));
        Load();
        Assert.Empty(_cache.FileNames());

        var listing = ImageFolderListing.Of(_folder.Path);
        var cache = ImageCache.For(_cache.Path, listing, [.. Enumerable.Range(0, 199)], Options(), leastFiles: 199)!;
        var outcomes = Enumerable.Repeat(new FileOutcome(null, "access denied", IsLasting: false), 199).ToArray();
        Assert.Null(cache.Store(new DecodedImages(new ImageShape(1, 2, 2), outcomes, default)));
        Assert.Empty(_cache.FileNames());
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_a_remark()
    {
        string blocked = Path.Combine(_cache.Write("file", [1]), "image-folders");
        var data = new ImageFolderSource().Load(Location(blocked), Options());
        Assert.Equal(180, data.Train.Count);
        Assert.Equal(2, data.Remarks.Count);
        Assert.StartsWith("the decoded images were not cached: ", data.Remarks[1]);
        Assert.EndsWith(". ELBO_CACHE=0 turns the cache off.", data.Remarks[1]);
        Assert.DoesNotContain('\n', data.Remarks[1]);
    }

    [Fact]
    public void The_caches_used_least_recently_go_when_all_are_too_large()
    {
        foreach (var (name, day) in new[] { ("old", 1), ("newer", 2), ("newest", 3) })
        {
            using (var file = File.Create(_cache.File(name + ".images")))
                file.SetLength(3L << 29); // 1.5 GiB of a sparse file, two of which fit
            File.SetLastWriteTimeUtc(_cache.File(name + ".images"), Past.AddDays(day));
        }
        _cache.Write("notes.txt", [1]);
        Load();
        Assert.Equal(
            ["newer.images", "newest.images", "notes.txt"],
            _cache.FileNames().Where(name => name.Length < 32)
        );
        Assert.Equal(4, _cache.FileNames().Length);
        // Use counts, not age.
        string own = _cache.FileNames().Single(name => name.Length > 32);
        File.SetLastWriteTimeUtc(_cache.File(own), Past);
        Load();
        Assert.True(File.GetLastWriteTimeUtc(_cache.File(own)) > Past.AddDays(10));
    }

    private static DataLocation Location(string? cache) =>
        new([], Path.GetTempPath(), Offline: true) { ImageCache = cache };

    private DatasetOptions Options() => new() { Images = _folder.Path, ImageSize = new ImageSize(2, 2) };

    private DatasetSplits Load(DatasetOptions? options = null) =>
        new ImageFolderSource().Load(Location(_cache.Path), options ?? Options());

    private int ValueOf(string name)
    {
        var data = Load();
        foreach (var images in new[] { data.Train, data.Test })
            for (int i = 0; i < images.Count; i++)
                if (images.FileNames![i] == name)
                    return images.Image(i)[0];
        throw new KeyNotFoundException(name);
    }

    private void Write(string name, byte value, int width = 2) =>
        Write(name, PngEncoder.Encode(width, 2, 1, [.. Enumerable.Repeat(value, 2 * width)]));

    private void Write(string name, byte[] content) => File.SetLastWriteTimeUtc(_folder.Write(name, content), Past);

    private static void Overwrite(string path, byte value, DateTime time)
    {
        byte[] content = PngEncoder.Encode(2, 2, 1, [value, value, value, value]);
        Assert.Equal(new FileInfo(path).Length, content.Length);
        using (var file = File.OpenWrite(path))
            file.Write(content);
        File.SetLastWriteTimeUtc(path, time);
    }
}
