using Elbo.Data;
using Elbo.Engine;
using Elbo.Training;
using Elbo.Training.Optimizers;
using Elbo.Training.Schedules;

namespace Elbo.Tests.Training;

public sealed class ImageAugmentationTests : IDisposable
{
    private const int Count = 400;

    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    public void Dispose() => _device.Dispose();

    [Fact]
    public void A_flip_mirrors_the_rows_of_every_channel_in_half_of_the_images()
    {
        float[] image =

            [
                1,
                2,
                3,
                4,
                5,
                6, /* second channel */
                7,
                8,
                9,
                10,
                11,
                12,
            ],
            mirrored = [3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10];
        var shape = new ImageShape(2, 2, 3);
        float[][] results = Augmented(image, shape, Augmentations.Flip);
        Assert.All(results, r => Assert.True(r.SequenceEqual(image) || r.SequenceEqual(mirrored)));
        // Half of 400: ten is one standard deviation.
        Assert.InRange(results.Count(r => r.SequenceEqual(mirrored)), 200 - 40, 200 + 40);
    }

    [Fact]
    public void A_shift_moves_by_up_to_a_tenth_and_repeats_the_edge()
    {
        var shape = new ImageShape(1, 10, 20);
        float[] image = Ramp(shape);
        var seen = new HashSet<(int, int)>();
        foreach (float[] result in Augmented(image, shape, Augmentations.Shift))
        {
            // The centre says where the image went; it is never an edge pixel.
            int centre = (int)result[5 * 20 + 10];
            var (down, right) = (5 - centre / 20, 10 - centre % 20);
            seen.Add((down, right));
            for (int y = 0; y < 10; y++)
            for (int x = 0; x < 20; x++)
                Assert.Equal(image[Math.Clamp(y - down, 0, 9) * 20 + Math.Clamp(x - right, 0, 19)], result[y * 20 + x]);
        }
        // Each of −1 to 1 rows and −2 to 2 columns.
        Assert.Equal(15, seen.Count);
        Assert.Equal((-1, 1, -2, 2), (seen.Min(s => s.Item1), seen.Max(s => s.Item1), seen.Min(s => s.Item2), 2));
    }

    [Fact]
    public void A_crop_enlarges_a_window_of_80_to_100_percent_of_the_area()
    {
        // Intensities that rise along x (and y in the second channel) stay linear under bilinear interpolation, so two
        // pixels give the window.
        const int Side = 64;
        var shape = new ImageShape(2, Side, Side);
        float[] image =
        [
            .. Enumerable.Range(0, Side * Side).Select(i => i % Side + 0.5f),
            .. Enumerable.Range(0, Side * Side).Select(i => i / Side + 0.5f),
        ];
        var areas = new List<double>();
        foreach (float[] result in Augmented(image, shape, Augmentations.Crop))
        {
            double width = (result[40] - result[20]) / 20.0,
                height = (result[Side * Side + 40 * Side] - result[Side * Side + 20 * Side]) / 20.0;
            Assert.Equal(width, height, 1e-4);
            areas.Add(width * height);
            double left = result[20] - 20.5 * width,
                top = result[Side * Side + 20 * Side] - 20.5 * height;
            Assert.InRange(left, -1e-3, Side * (1 - width) + 1e-3);
            Assert.InRange(top, -1e-3, Side * (1 - height) + 1e-3);
        }
        Assert.InRange(areas.Min(), 0.8 - 1e-4, 0.81);
        Assert.InRange(areas.Max(), 0.99, 1 + 1e-4);
        // Uniform from 0.8 to 1: the mean has a standard deviation of 0.003.
        Assert.Equal(0.9, areas.Average(), 0.012);
    }

    [Fact]
    public void Between_pixels_a_crop_interpolates_and_at_the_edge_it_repeats()
    {
        // The window is 2·√0.8 to 2 pixels long, so the first pixel's centre lies at (√0.8 − 1)/2 to (1 − √0.8)·3/2.
        float side = MathF.Sqrt(0.8f);
        float[][] results = Augmented([0, 1], new ImageShape(1, 1, 2), Augmentations.Crop);
        foreach (float[] result in results)
        {
            Assert.InRange(result[0], 0, 1.5f * (1 - side) + 1e-4f);
            Assert.InRange(result[1], 1 - 1.5f * (1 - side) - 1e-4f, 1);
            if (result[0] > 0 && result[1] < 1)
                Assert.InRange(result[1] - result[0], side - 1e-4f, 1);
        }
        Assert.Contains(results, r => r[0] == 0 && r[1] < 0.9f);
        Assert.Contains(results, r => r[1] == 1 && r[0] > 0.1f);
    }

    [Fact]
    public void An_image_depends_on_its_place_and_the_generator_alone()
    {
        var shape = new ImageShape(3, 9, 11);
        const Augmentations All = Augmentations.Flip | Augmentations.Shift | Augmentations.Crop;
        float[] image = Ramp(shape);
        float[][] first = Augmented(image, shape, All);
        Bits.AssertEqual(first[7], Augmented(image, shape, All, count: 8)[7]);
        Assert.NotEqual(first[7], first[8]);
        Assert.NotEqual(first[7], Augmented(image, shape, All, seed: 2)[7]);
    }

    [Fact]
    public void Another_kind_leaves_the_flips_as_they_are()
    {
        var shape = new ImageShape(1, 1, 40);
        float[] image = Ramp(shape);
        bool[] flips = [.. Augmented(image, shape, Augmentations.Flip).Select(r => r[5] > r[30])];
        Assert.Contains(true, flips);
        Assert.Equal(
            flips,
            Augmented(image, shape, Augmentations.Flip | Augmentations.Shift | Augmentations.Crop)
                .Select(r => r[5] > r[30])
        );
    }

    [Fact]
    public void Training_compares_with_the_augmented_image_and_adds_noise_after()
    {
        var shape = new ImageShape(1, 1, 2);
        byte[] pixels = [.. Enumerable.Range(0, 100).SelectMany(_ => (byte[])[51, 204])];
        var model = new RecordingModel(_device, shape);
        var trainer = new Trainer(
            model,
            new Sgd(model.Parameters),
            new ConstantSchedule(0.1f),
            new TrainerOptions { Augment = Augmentations.Flip, Noise = NoiseKind.Dropout },
            new ImageDataset("pairs", shape, pixels),
            [.. Enumerable.Range(0, 100)],
            new Rng(1)
        );
        trainer.RunEpoch();
        float[][] targets = [.. model.Targets.Single().Chunk(2)];
        Assert.Equal(2, targets.Select(t => (t[0], t[1])).Distinct().Count());
        Assert.All(
            model.Inputs.Single().Zip(model.Targets.Single()),
            pair => Assert.True(pair.First == 0 || pair.First == pair.Second)
        );
    }

    [Fact]
    public void Training_that_is_resumed_sees_the_same_augmented_images()
    {
        var shape = new ImageShape(1, 8, 12);
        byte[] pixels = [.. Enumerable.Range(0, 20 * shape.PixelCount).Select(i => (byte)i)];
        Trainer Create(RecordingModel model) =>
            new(
                model,
                new Sgd(model.Parameters),
                new ConstantSchedule(0.1f),
                new TrainerOptions
                {
                    BatchSize = 8,
                    Augment = Augmentations.Flip | Augmentations.Shift | Augmentations.Crop,
                },
                new ImageDataset("ramp", shape, pixels),
                [.. Enumerable.Range(0, 20)],
                new Rng(1)
            );

        var (whole, rest) = (new RecordingModel(_device, shape), new RecordingModel(_device, shape));
        var first = Create(whole);
        first.RunEpoch();
        var second = Create(rest);
        second.State = first.State;
        first.RunEpoch();
        second.RunEpoch();
        Assert.Equal(6, whole.Targets.Count);
        Assert.Equal(whole.Targets.Skip(3), rest.Targets);
        Assert.NotEqual(whole.Targets[0].Order(), whole.Targets[3].Order());
    }

    [Fact]
    public void The_option_is_a_list_of_kinds()
    {
        var options = new TrainerOptions { Augment = Augmentations.Flip | Augmentations.Crop };
        var json = TrainerOptions.List.Write(options);
        Assert.Equal("""["flip","crop"]""", json["augment"]!.ToJsonString());
        Assert.Equal(options, TrainerOptions.List.Read(new TrainerOptions(), json));
        Assert.Equal("""["none"]""", TrainerOptions.List.Write(new TrainerOptions())["augment"]!.ToJsonString());
        var augment = TrainerOptions.List.Single(o => o.Name == "augment");
        Assert.Equal(
            "augment: none is given with other kinds; give it alone, or leave it out.",
            Assert.Throws<ArgumentException>(() => augment.Set(options, augment.FromText("none,flip"))).Message
        );
        Assert.StartsWith(
            "augment: 'rotate' is not one of none, flip, shift, crop.",
            Assert.Throws<ArgumentException>(() => augment.FromText("flip,rotate")).Message
        );
    }

    private static float[] Ramp(ImageShape shape) => [.. Enumerable.Range(0, shape.PixelCount).Select(i => (float)i)];

    private float[][] Augmented(float[] image, ImageShape shape, Augmentations kinds, ulong seed = 1, int count = Count)
    {
        using var scope = _device.BeginStep();
        var batch = _device.Tensor([.. Enumerable.Repeat(image, count).SelectMany(v => v)], [count, image.Length]);
        float[][] results =
        [
            .. ImageAugmentation.Apply(batch, shape, kinds, new Rng(seed)).ToArray().Chunk(image.Length),
        ];
        Assert.Equal(image, batch.AsSpan()[..image.Length].ToArray());
        return results;
    }
}
