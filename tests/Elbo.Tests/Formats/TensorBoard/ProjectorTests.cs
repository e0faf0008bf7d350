using Elbo.Formats.TensorBoard;

namespace Elbo.Tests.Formats.TensorBoard;

public class ProjectorTests
{
    [Fact]
    public void The_configuration_names_every_file() =>
        Assert.Equal(
            """
            embeddings {
              tensor_name: "z"
              tensor_path: "projector/z.tsv"
              metadata_path: "projector/metadata.tsv"
              sprite {
                image_path: "projector/sprite.png"
                single_image_dim: 20
                single_image_dim: 28
              }
            }

            """,
            new ProjectorConfig
            {
                Points = [("z", "projector/z.tsv")],
                Metadata = "projector/metadata.tsv",
                Sprite = "projector/sprite.png",
                Image = (20, 28),
            }.ToString()
        );

    [Fact]
    public void Points_are_lines_of_numbers_that_read_back_as_the_same_floats()
    {
        float[] values = [0.1f, -1e-20f, 3, 1 / 3f];
        string text = ProjectorTable.OfPoints(values, 2);
        Assert.Equal("0.1\t-1E-20\n3\t0.33333334\n", text);
    }

    [Fact]
    public void Columns_have_names_where_there_are_several_and_plain_cells()
    {
        string[] names = ["tab\tbed", "line\nend"];
        Assert.Equal(
            "label\tindex\ntab bed\t0\nline end\t1\n",
            ProjectorTable.OfMetadata([("label", i => names[i]), ("index", i => $"{i}")], 2)
        );
        Assert.Equal("0\n1\n", ProjectorTable.OfMetadata([("index", i => $"{i}")], 2));
    }
}
