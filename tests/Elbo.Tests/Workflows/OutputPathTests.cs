using Elbo.Workflows;
using Elbo.Workflows.Plots;

namespace Elbo.Tests.Workflows;

public class OutputPathTests
{
    [Fact]
    public void The_usual_place_gets_a_number_when_taken()
    {
        using var folder = new TemporaryFolder();
        string usual = folder.File("grid.png");
        Assert.Equal(usual, OutputPath.Choose(null, usual, overwrite: false));
        File.WriteAllText(usual, "");
        Assert.Equal(folder.File("grid-2.png"), OutputPath.Choose(null, usual, overwrite: false));
        Directory.CreateDirectory(folder.File("grid-2.png"));
        Assert.Equal(folder.File("grid-3.png"), OutputPath.Choose(null, usual, overwrite: false));
        Assert.Equal(usual, OutputPath.Choose(null, usual, overwrite: true));
    }

    [Fact]
    public void A_named_file_is_replaced_only_when_asked()
    {
        using var folder = new TemporaryFolder();
        string path = folder.File("mine.png");
        Assert.Equal(path, OutputPath.Choose(path, "usual.png", overwrite: false));
        File.WriteAllText(path, "");
        Assert.Equal(
            $"{path} exists; give another --output, or --overwrite to replace it.",
            Assert.Throws<IOException>(() => OutputPath.Choose(path, "usual.png", overwrite: false)).Message
        );
        Assert.Equal(path, OutputPath.Choose(path, "usual.png", overwrite: true));
    }

    [Fact]
    public void What_cannot_be_a_file_is_refused()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("file"), "");
        Assert.Equal(
            $"{folder.Path} is a folder; give a file name.",
            Assert.Throws<IOException>(() => OutputPath.Choose(folder.Path, "usual.png", overwrite: true)).Message
        );
        Assert.EndsWith(
            "is a folder; give a file name.",
            Assert
                .Throws<IOException>(() => OutputPath.Choose(folder.File("new/"), "usual.png", overwrite: true))
                .Message
        );
        Assert.Equal(
            $"{folder.File("file")} is a file, not a folder; give another --output.",
            Assert
                .Throws<IOException>(() => OutputPath.Choose(folder.File("file/x.png"), "usual.png", overwrite: true))
                .Message
        );
        Assert.Equal(
            "output is empty; give a file name.",
            Assert.Throws<ArgumentException>(() => OutputPath.Choose("", "usual.png", overwrite: true)).Message
        );
    }

    [Fact]
    public void Names_of_options_are_lower_case_with_dashes()
    {
        Assert.Equal(["none", "gaussian", "dropout", "salt-pepper"], OptionName.Names<Elbo.Training.NoiseKind>());
        Assert.Equal(
            Elbo.Training.NoiseKind.SaltPepper,
            OptionName.Parse<Elbo.Training.NoiseKind>("salt-pepper", m => new ArgumentException(m))
        );
        Assert.Equal(
            "'x' is not one of random, uniform.",
            Assert
                .Throws<ArgumentException>(() => OptionName.Parse<GenerationMode>("x", m => new ArgumentException(m)))
                .Message
        );
    }
}
