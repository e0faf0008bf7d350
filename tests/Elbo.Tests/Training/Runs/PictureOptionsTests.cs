using System.Text.Json.Nodes;
using Elbo.Data;
using Elbo.Training.Runs;

namespace Elbo.Tests.Training.Runs;

public class PictureOptionsTests
{
    [Theory]
    [InlineData("30x15", 30, 15)]
    [InlineData("30X15", 30, 15)]
    [InlineData("30×15", 30, 15)]
    [InlineData("20", 20, 20)]
    [InlineData("1000x10", 1000, 10)]
    public void A_size_has_the_columns_first_and_one_number_is_both(string text, int columns, int rows)
    {
        var size = GridSize.Parse(text);
        Assert.Equal(new GridSize(columns, rows), size);
        Assert.Equal(size, GridSize.Parse(size.ToString()));
    }

    [Theory]
    [InlineData("", "'' is not the size of a grid; give COLUMNSxROWS, as in 30x15, or one number for both.")]
    [InlineData("3x", "'3x' is not the size of a grid;")]
    [InlineData("3x4x5", "'3x4x5' is not the size of a grid;")]
    [InlineData("1.5x2", "'1.5x2' is not the size of a grid;")]
    [InlineData("-3x4", "a grid of 4 rows and -3 columns was asked for; each must be from 1 to 1000.")]
    [InlineData("3x1001", "a grid of 1001 rows and 3 columns was asked for; each must be from 1 to 1000.")]
    [InlineData("101", "a grid of 101 rows and 101 columns was asked for; it can have 10000 images at most.")]
    public void What_is_not_a_size_is_refused(string text, string complaint) =>
        Assert.StartsWith(complaint, Assert.Throws<FormatException>(() => GridSize.Parse(text)).Message);

    [Theory]
    [InlineData(100, 12, 4)]
    [InlineData(48, 12, 4)]
    [InlineData(25, 12, 3)]
    [InlineData(5, 5, 1)]
    public void Fewer_images_than_cells_take_fewer_rows_and_then_fewer_columns(int images, int columns, int rows) =>
        Assert.Equal(new GridSize(columns, rows), new GridSize(12, 4).For(images));

    [Fact]
    public void Too_many_pixels_are_refused_with_a_size_that_fits()
    {
        var shape = new ImageShape(3, Height: 400, Width: 500);
        var size = new GridSize(100, 20);
        string message = Assert.Throws<ArgumentException>(() => size.RequirePixels("manifold-grid", shape)).Message;
        Assert.Equal(
            "manifold-grid is 100x20; 2,000 images 500 pixels wide and 400 high have 402 million pixels, and a figure "
                + "can have 120 million. Give a smaller --manifold-grid, such as 54x10.",
            message
        );
        new GridSize(54, 10).RequirePixels("manifold-grid", shape);
        // As many grids as stand side by side count.
        Assert.Throws<ArgumentException>(() => new GridSize(54, 10).RequirePixels("x", shape, panels: 2));
        new GridSize(100, 100).RequirePixels("manifold-grid", new ImageShape(3, 100, 100));
    }

    [Fact]
    public void A_run_keeps_its_sizes_in_json_and_an_older_file_has_the_defaults()
    {
        var config = RunSettings.Combine(
            (
                "a file",
                new JsonObject
                {
                    ["reconstruction-grid"] = "12x4",
                    ["grid-size"] = 30,
                    ["range"] = 3,
                    ["latent-points"] = 0,
                }
            )
        );
        var pictures = new PictureOptions
        {
            ReconstructionGrid = new(12, 4),
            ManifoldGrid = new(30, 30),
            ManifoldRange = 3,
            LatentPoints = 0,
        };
        Assert.Equal(pictures, config.Pictures);
        var json = RunSettings.ToJson(config);
        Assert.Equal("30x30", (string?)json["manifold-grid"]);
        Assert.Equal(pictures, RunSettings.Combine(("config.json", json)).Pictures);
        Assert.Equal(new PictureOptions(), RunSettings.Combine(("older", [])).Pictures);
        Assert.Equal(
            (7, 5_000, 9_999),
            (pictures.PointsOf(7), new PictureOptions().PointsOf(9_999), pictures.PointsOf(9_999))
        );
    }

    [Fact]
    public void Sizes_of_a_run_out_of_range_are_refused()
    {
        void AssertRefused(PictureOptions options, string complaint) =>
            Assert.StartsWith(
                complaint,
                Assert.Throws<ArgumentException>(new RunConfig { Pictures = options }.Validate).Message
            );
        AssertRefused(new() { ManifoldGrid = new(0, 3) }, "a grid of 3 rows and 0 columns was asked for;");
        AssertRefused(new() { ReconstructionGrid = new(200, 100) }, "a grid of 100 rows and 200 columns");
        AssertRefused(new() { ManifoldRange = 0 }, "manifold-range is 0; it must be a positive number.");
        AssertRefused(new() { LatentPoints = -1 }, "latent-points is -1; it must be 0 (all) or more.");
    }
}
