using Elbo.Workflows.Reports;

namespace Elbo.Tests.Workflows.Reports;

public class HtmlTests
{
    [Fact]
    public void What_is_filled_in_is_encoded_and_what_is_written_out_is_not()
    {
        string name = "<script>alert(\"1\" & '2')</script>";
        Assert.Equal(
            "<b title=\"&lt;script&gt;alert(&quot;1&quot; &amp; &#39;2&#39;)&lt;/script&gt;\">x</b>",
            Html.Of($"<b title=\"{name}\">{"x"}</b>").Markup
        );
        Assert.Equal("<p>1.5&lt;</p>", Html.Of($"<p>{1.5}{'<'.ToString()}</p>").Markup);
    }

    [Fact]
    public void Markup_within_markup_is_not_encoded_twice()
    {
        var part = Html.Of($"<i>{"&"}</i>");
        Assert.Equal(
            "<p><i>&amp;</i><i>&amp;</i><i>&amp;</i></p>",
            Html.Of($"<p>{part}{new[] { part, part }.AsEnumerable()}</p>").Markup
        );
    }

    [Fact]
    public void Characters_that_no_page_may_hold_are_replaced()
    {
        Assert.Equal("a\uFFFDb\uFFFDc\td", Html.Text("a\u0000b\u001Bc\td").Markup);
        // Half of a pair, as in a file name that is no valid Unicode.
        Assert.Equal("x\uFFFD", System.Net.WebUtility.HtmlDecode(Html.Text("x\uD83D").Markup));
    }
}
