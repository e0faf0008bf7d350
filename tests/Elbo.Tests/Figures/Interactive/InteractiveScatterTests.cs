using System.Buffers.Binary;
using System.Text.Json;
using System.Text.RegularExpressions;
using Elbo.Data;
using Elbo.Figures.Interactive;

namespace Elbo.Tests.Figures.Interactive;

/// <summary>What is written into the page; that it works is tested in a browser, in Elbo.Cli.Tests.</summary>
public partial class InteractiveScatterTests
{
    private static readonly InteractiveScatter Two = new()
    {
        Coordinates = new float[] { 0.5f, -1, 2, 3.25f },
        Dimensions = 2,
        Classes = [1, -1],
        ClassNames = ["left & right", "</script><b>"],
        Title = "Space <1>",
        Caption = "Projected by \"PCA\".",
        UnclassifiedName = "noise",
    };

    [Fact]
    public void The_data_in_the_page_are_those_that_were_given()
    {
        using var data = JsonDocument.Parse(DataElement().Match(Two.ToPage()).Groups[1].Value);
        var root = data.RootElement;
        byte[] points = root.GetProperty("points").GetBytesFromBase64(),
            classes = root.GetProperty("classes").GetBytesFromBase64();
        Assert.Equal(
            [0.5f, -1, 2, 3.25f],
            Enumerable.Range(0, 4).Select(i => BinaryPrimitives.ReadSingleLittleEndian(points.AsSpan(4 * i)))
        );
        Assert.Equal(
            [1, -1],
            Enumerable.Range(0, 2).Select(i => (int)BinaryPrimitives.ReadInt16LittleEndian(classes.AsSpan(2 * i)))
        );
        Assert.Equal(
            ["left & right", "</script><b>"],
            root.GetProperty("legend").EnumerateArray().Select(e => e.GetProperty("name").GetString()!)
        );
        Assert.Equal("noise", root.GetProperty("unclassified").GetProperty("name").GetString());
        Assert.Equal(JsonValueKind.Null, root.GetProperty("images").ValueKind);
    }

    [Fact]
    public void Text_of_others_cannot_become_markup()
    {
        string page = Two.ToPage();
        Assert.Contains("<title>Space &lt;1&gt;</title>", page);
        Assert.Contains("<figcaption>Projected by &quot;PCA&quot;.</figcaption>", page);
        Assert.DoesNotContain("<b>", page);
        // One for the data and one for the program.
        Assert.Equal(2, page.Split("</script>").Length - 1);
    }

    [Fact]
    public void The_page_asks_for_nothing_from_elsewhere() =>
        Assert.DoesNotMatch(@"https?:|src=|@import|url\(", Two.ToPage());

    [Fact]
    public void Hint_and_legend_say_what_can_be_done_and_what_the_classes_are()
    {
        string page = (Two with { LegendTitle = "cluster & more" }).ToPage();
        Assert.Contains(">cluster &amp; more</p>", page);
        Assert.Contains("Click a legend entry to hide or show it; double-click it to show it alone", page);
        string plain = (Two with { Classes = [], ClassNames = [] }).ToPage();
        Assert.Contains("Point at a point, or tap it, to see its index.</p>", plain);
        Assert.DoesNotContain("Click a legend entry", plain);
    }

    [Fact]
    public void An_axis_of_less_than_a_thousandth_of_the_priors_scale_is_called_collapsed()
    {
        var flat = Two with { Coordinates = new float[] { 0.5f, 2, float.NaN, 2, 2, 2.0005f }, Classes = [1, 0, 0] };
        Assert.Contains("The code has collapsed in z₂: all points lie within a thousandth", flat.ToPage());
        using (var data = JsonDocument.Parse(DataElement().Match(flat.ToPage()).Groups[1].Value))
        {
            Assert.Equal(
                ["z₁", "z₂ (collapsed)"],
                data.RootElement.GetProperty("axes").EnumerateArray().Select(e => e.GetString()!)
            );
            Assert.Equal([0, 2], data.RootElement.GetProperty("spans").EnumerateArray().Select(e => e.GetDouble()));
        }
        Assert.DoesNotContain("collapsed in", (flat with { PriorDeviation = 0.1 }).ToPage());
        Assert.DoesNotContain("collapsed in", Two.ToPage());
        Refused(Two with { PriorDeviation = 0 }, "got a prior deviation of 0; a positive number is needed.");
    }

    [Fact]
    public void The_fragment_is_one_element_with_the_given_identifier()
    {
        string fragment = Two.ToFragment("codes-2");
        Assert.StartsWith("<figure class=\"elbo-scatter\" id=\"codes-2\"", fragment);
        Assert.EndsWith("elboScatter(document.getElementById(\"codes-2\"));\n</script>\n</figure>", fragment);
        Assert.DoesNotContain("<h1", fragment);
        Assert.StartsWith(
            "the identifier is 'a b';",
            Assert.Throws<ArgumentException>(() => Two.ToFragment("a b")).Message
        );
    }

    [Fact]
    public void The_element_for_a_page_with_style_and_script_has_neither()
    {
        string element = Two.ToElement("codes");
        Assert.DoesNotContain("<style", element);
        Assert.DoesNotContain("<script>", element);
        Assert.Contains("<script type=\"application/json\" class=\"elbo-data\">", element);
        Assert.StartsWith("<figure class=\"elbo-scatter\" id=\"codes\"", element);
        Assert.EndsWith("</script>\n</figure>", element);
    }

    [Fact]
    public void Frames_are_fractions_of_the_limits_that_all_of_them_have()
    {
        float[][] frames =
        [
            [0, 1, -3, 1],
            [5, 1, 0.5f, 1],
        ];
        var moving = Two with
        {
            Coordinates = frames[1],
            Frames = [.. frames.Select((positions, i) => new ScatterFrame($"epoch <{i}>", positions))],
        };
        string page = moving.ToPage();
        using var data = JsonDocument.Parse(FrameElement().Match(page).Groups[1].Value);
        double[] low = Numbers("low"),
            high = Numbers("high");
        Assert.Equal([-3, 1], low);
        Assert.Equal([5, 1], high);
        byte[] bytes = Convert.FromBase64String(data.RootElement.GetProperty("positions").GetString()!);
        float[] values = [.. frames.SelectMany(frame => frame)];
        Assert.Equal(2 * values.Length, bytes.Length);
        for (int i = 0; i < values.Length; i++)
        {
            double share = BitConverter.ToUInt16(bytes, 2 * i) / 65535.0;
            // Half a unit of 16 bits, over a range of 8.
            Assert.Equal(values[i], low[i % 2] + (share * (high[i % 2] - low[i % 2])), 8 / 65535.0 / 2 + 1e-9);
        }
        using var points = JsonDocument.Parse(DataElement().Match(page).Groups[1].Value);
        Assert.Equal(-3, points.RootElement.GetProperty("low")[0].GetDouble());
        Assert.Contains("The code has collapsed in z₂", page);
        Assert.DoesNotContain("epoch <", page);
        Assert.DoesNotContain("elbo-slider", Two.ToPage());
        Refused(
            moving with
            {
                Frames = [moving.Frames[0]],
            },
            "got 1 frames with 2 points; points that move need two frames or more."
        );
        Refused(
            moving with
            {
                Frames = [moving.Frames[0], new ScatterFrame("last", new float[2])],
            },
            "got 2 numbers in the frame 'last'; 2 points of 2 dimensions need 4."
        );
        Refused(
            moving with
            {
                Frames = [moving.Frames[0], new ScatterFrame("last", new float[] { 0, float.NaN, 0, 0 })],
            },
            "got NaN in the frame 'last'; its coordinates must be finite."
        );
        Refused(Two with { Indices = [4] }, "got 1 indices with 2 points; each point needs one, or none has any.");

        double[] Numbers(string name) =>
            [.. data.RootElement.GetProperty(name).EnumerateArray().Select(e => e.GetDouble())];
    }

    [Fact]
    public void What_does_not_belong_together_is_refused()
    {
        Refused(Two with { Dimensions = 4 }, "got points of 4 dimensions; an interactive scatter has 2 or 3.");
        Refused(Two with { Dimensions = 3 }, "got 4 numbers; points of 3 dimensions need a multiple of that.");
        Refused(Two with { Classes = [0] }, "got 1 classes with 2 points; each point needs one, or none has any.");
        Refused(Two with { Classes = [0, 2] }, "got class 2 with 2 names; −1 to 1 have a meaning.");
        Refused(Two with { AxisLabels = ["x"] }, "got 1 names of axes; 2 dimensions need as many.");
        var one = new ImageDataset("one", new ImageShape(1, 1, 1), new byte[1]);
        Refused(Two with { Images = one }, "got 1 images with 2 points; each point needs one.");
        Assert.StartsWith(
            "got 2 points with 1 images;",
            Assert.Throws<ArgumentException>(() => InteractiveScatter.Of(new float[4], 2, one)).Message
        );
    }

    private static void Refused(InteractiveScatter scatter, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(scatter.ToPage).Message);

    [GeneratedRegex("class=\"elbo-data\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex DataElement();

    [GeneratedRegex("class=\"elbo-frames\">(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex FrameElement();
}
