using Elbo.Data;
using Elbo.Figures;
using Elbo.Figures.Interactive;

namespace Elbo.Tests.Figures.Interactive;

public class FramePlayerTests
{
    [Fact]
    public void Texts_are_encoded_and_nothing_is_loaded()
    {
        var player = Player(3) with
        {
            Title = "from </script> to \"b\"",
            Caption = "<b>",
            Ends = [new("<i>.png", new Bitmap(2, 2, 3)), new("last", new Bitmap(2, 2, 3))],
        };
        string page = player.ToPage();
        Assert.DoesNotContain("<b>", page);
        Assert.DoesNotContain("<i>", page);
        Assert.DoesNotContain("</script> to", page);
        Assert.Contains("alt=\"&lt;i&gt;.png\"", page);
        Assert.DoesNotContain("http", page);
        Assert.DoesNotContain("src=\"/", page);
        Assert.Equal(2, page.Split("<img src=\"data:image/png;base64,").Length - 1);
    }

    [Fact]
    public void The_element_for_a_page_with_style_and_script_has_neither()
    {
        string element = Player(2).ToElement("frames");
        Assert.DoesNotContain("<style", element);
        Assert.DoesNotContain("<script>", element);
        Assert.StartsWith("<figure class=\"elbo-player\" id=\"frames\"", element);
        Assert.EndsWith("</script>\n</figure>", element);
    }

    [Fact]
    public void One_image_and_parts_of_images_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Player(1).ToPage());
        Assert.Throws<ArgumentException>(() => (Player(2) with { Frames = new float[7] }).ToPage());
        var end = new ImagePanel("", new Bitmap(1, 1, 1));
        Assert.Throws<ArgumentException>(() => (Player(2) with { Ends = [end, end, end] }).ToPage());
        Assert.Throws<ArgumentException>(() => Player(2).ToFragment("a b"));
    }

    private static FramePlayer Player(int count) =>
        new() { Frames = new float[4 * count], Shape = new ImageShape(1, 2, 2) };
}
