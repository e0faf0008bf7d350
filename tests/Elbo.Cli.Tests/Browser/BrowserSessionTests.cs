namespace Elbo.Cli.Tests.Browser;

/// <summary>The browser sees what a page does; were it blind, every page would seem sound.</summary>
[Collection(BrowserTests.Name)]
public class BrowserSessionTests(BrowserSession browser)
{
    private const string Page = """
        <!DOCTYPE html><meta charset="utf-8"><title>page</title>
        <body style="margin:0">
        <div id="box" style="width:200px;height:100px;overflow:auto"><p style="height:999px">text</p></div>
        <script>
          const seen = [];
          for (const kind of ["mousemove", "mousedown", "mouseup", "wheel"])
            box.addEventListener(kind, e => seen.push(kind + " " + e.clientX + " " + e.clientY));
        </script>
        """;

    [BrowserFact]
    public void Mouse_and_wheel_arrive_where_they_were_sent()
    {
        Open(Page);
        var box = browser.Find("#box");
        browser.Hover(box, 30, 20);
        browser.Drag(box, 50, 40, 10, -6);
        browser.Wheel(box, 60, 70, 5);
        browser.WaitFor("seen.some(s => s.startsWith('wheel'))");
        string[] seen = [.. browser.Evaluate<IReadOnlyCollection<object>>("seen")!.Cast<string>()];
        foreach (string expected in (string[])["mousemove 30 20", "mousedown 50 40", "mouseup 60 34", "wheel 60 70"])
            Assert.Contains(expected, seen);
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void Errors_and_uses_of_the_network_are_complained_of()
    {
        Open(Page + "<script>undefinedFunction()</script><img src='http://elbo.example/x.png'>");
        browser.WaitFor("document.readyState === 'complete'");
        var complaints = browser.Complaints();
        Assert.Contains(complaints, c => c.Contains("undefinedFunction is not defined", StringComparison.Ordinal));
        Assert.Contains(complaints, c => c.Contains("http://elbo.example/x.png", StringComparison.Ordinal));
        Open(Page);
        Assert.Empty(browser.Complaints());
    }

    [BrowserFact]
    public void Windows_have_the_size_and_the_colours_that_are_asked_for()
    {
        Open(Page, 390, 700, dark: true);
        Assert.Equal((390, 700), (browser.Number("innerWidth"), browser.Number("innerHeight")));
        Assert.True(browser.Evaluate<bool>("matchMedia('(prefers-color-scheme: dark)').matches"));
        Open(Page);
        Assert.False(browser.Evaluate<bool>("matchMedia('(prefers-color-scheme: dark)').matches"));
    }

    private void Open(string page, int width = 1200, int height = 800, bool dark = false)
    {
        using var folder = new TemporaryFolder();
        folder.Write("page.html", System.Text.Encoding.UTF8.GetBytes(page));
        browser.Open(folder.File("page.html"), width, height, dark);
    }
}
