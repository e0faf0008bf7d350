using System.Text.RegularExpressions;
using Elbo.Formats;
using Elbo.Imaging;
using Elbo.Tests;

namespace Elbo.Cli.Tests;

/// <summary>
/// Extreme options and images: a command trains, or stops with advice, and no file has a number that is not finite.
/// </summary>
public sealed partial class ExtremeNumbersTests : IDisposable
{
    private const string Run = "runs/run";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("--learning-rate 10")]
    [InlineData("--beta 0")]
    [InlineData("--beta 1e6")]
    [InlineData("--decoder gaussian --variance 1e-12")]
    [InlineData("--model gmvae --variance 1e-12")]
    [InlineData("--model gmvae --clusters 1")]
    [InlineData("--model vade --clusters 1")]
    public void Options(string options)
    {
        Pictures(28, null, 40);
        Use($"train --images pictures {options}");
    }

    /// <summary>The principal components of so many dimensions take minutes.</summary>
    [LongFact]
    [Trait(LongTests.Category, LongTests.Name)]
    public void Thousands_of_latent_dimensions()
    {
        Pictures(28, null, 40);
        Use("train --images pictures -z 4096");
    }

    [Theory]
    [InlineData(28, 0, "")]
    [InlineData(28, 255, "")]
    [InlineData(28, 0, "--decoder gaussian --variance learned")]
    [InlineData(28, 0, "--model gmvae --clusters 3")]
    [InlineData(28, 0, "--model vade --clusters 3")]
    [InlineData(28, 0, "--model cnn-vae --base-channels 2")]
    [InlineData(1, null, "")]
    [InlineData(1, null, "--model gmvae --clusters 3")]
    public void Images(int side, int? grey, string options)
    {
        Pictures(side, grey, 40);
        Use($"train --images pictures {options}");
    }

    [Theory]
    [InlineData("gmvae")]
    [InlineData("vade")]
    public void As_many_clusters_as_are_allowed(string model)
    {
        Pictures(4, null, 300);
        Use($"train --images pictures --model {model} --clusters 256");
    }

    [Fact]
    public void One_image_is_too_few()
    {
        Pictures(8, 100, 1);
        var result = Call("train --images pictures");
        Assert.Equal(2, result.ExitCode);
        Assert.EndsWith(
            "has 1 image that can be read; at least two are needed, one to train and one to test.",
            result.ErrorLines[^1]
        );
        Assert.False(Directory.Exists(_folder.File(Run)));
    }

    [Theory]
    [InlineData("--learning-rate 10 --optimizer sgd")]
    [InlineData("--learning-rate 1e38")]
    public void A_loss_that_is_not_finite_stops_with_advice(string options)
    {
        var result = Call($"train {options}");
        Assert.Equal(1, result.ExitCode);
        Assert.Matches("^elbo: .*(NaN|finite|infinit).*smaller --learning-rate", result.ErrorLines[^1]);
        AssertFinite();
    }

    /// <summary>Trains, and uses the run with every command that computes numbers.</summary>
    private void Use(string train)
    {
        Call(train).Succeeded();
        foreach (
            string command in (ReadOnlySpan<string>)
                [
                    "evaluate -k 3 -n 100",
                    "score",
                    "embed",
                    "cluster",
                    "cluster --method kmeans -o means",
                    "plot",
                    "generate",
                    "report",
                ]
        )
        {
            string[] words = command.Split(' ');
            Call($"{words[0]} {Run} {string.Join(' ', words[1..])}").Succeeded();
        }
        AssertFinite();
    }

    private CommandResult Call(string line)
    {
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        if (words[0] == "train")
            words =
            [
                .. words,
                .. "--epochs 2 --batch-size 1000 --name run --image-every 0 --threads 1".Split(' '),
                .. "--reconstruction-grid 3 --manifold-grid 3 --tensorboard none".Split(' '),
                .. words.Contains("cnn-vae") ? Array.Empty<string>() : ["--hidden", "12"],
                .. words.Contains("gmvae") || words.Contains("vade")
                    ? ["--pretrain-epochs", "1"]
                    : Array.Empty<string>(),
            ];
        return CalledCommand.Run(_folder.Path, words);
    }

    /// <summary>Writes square images of one grey, or each of another one.</summary>
    private void Pictures(int side, int? grey, int count)
    {
        for (int i = 0; i < count; i++)
        {
            byte[] pixels = new byte[side * side];
            for (int pixel = 0; pixel < pixels.Length; pixel++)
                pixels[pixel] = (byte)(grey ?? (i * 37) + (pixel * pixel * 11));
            _folder.Write($"pictures/{i:D3}.png", PngEncoder.Encode(side, side, 1, pixels));
        }
    }

    private void AssertFinite()
    {
        foreach (string file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
            switch (Path.GetExtension(file))
            {
                case ".safetensors":
                    using (var reader = new SafetensorsReader(file))
                        foreach (var entry in reader.Entries.Where(entry => entry.ElementType == "F32"))
                        foreach (float value in reader.ReadFloats(entry.Name).Values.ToArray())
                            Assert.True(float.IsFinite(value), file);
                    break;
                case ".csv" or ".json":
                    Assert.False(NotFinite().IsMatch(File.ReadAllText(file)), file);
                    break;
            }
    }

    [GeneratedRegex(@"(?<![\w-])-?(nan|inf|infinity|∞)(?![\w-])", RegexOptions.IgnoreCase)]
    private static partial Regex NotFinite();
}
