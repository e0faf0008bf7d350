using Bunit;
using Elbo.Figures;
using Elbo.Studio.Pages.Explore;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Forms;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Elbo.Studio.Tests.Explore;

/// <summary>What goes wrong is one line in place, and the rest of the page stays.</summary>
[Collection(StudioTests.Name)]
public sealed class ExploreErrorsTests(StudioSession studio) : IAsyncLifetime, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly BunitContext _context = new();

    public Task InitializeAsync()
    {
        _context.JSInterop.Mode = JSRuntimeMode.Loose;
        _context.Services.AddMudServices();
        StudioServer.AddStudio(_context.Services, new StudioOptions { Folder = studio.Runs, Threads = 1 });
        _context.Renderer.SetRendererInfo(new RendererInfo("Server", true));
        return Task.CompletedTask;
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    [Fact]
    public void A_run_that_does_not_exist_is_an_error()
    {
        var page = Open("run=nowhere");
        page.WaitForAssertion(
            () => Assert.Contains("there is no run 'nowhere'", page.Find(".problem").TextContent),
            Patience
        );
    }

    [Fact]
    public void A_run_without_weights_says_how_to_train_it()
    {
        Copy("empty");
        File.Delete(Path.Combine(studio.Runs, "empty", "model.safetensors"));
        var page = Open("run=empty");
        page.WaitForAssertion(() => Assert.Contains("no weights yet", page.Find(".problem").TextContent), Patience);
    }

    [Fact]
    public void A_split_that_does_not_exist_leaves_the_page_usable()
    {
        var page = Open("run=first&split=nothing");
        page.WaitForAssertion(
            () => Assert.Contains("there is no split 'nothing'", page.Find(".problem").TextContent),
            Patience
        );
        page.WaitForAssertion(
            () => Assert.Equal("Try again", page.Find(".explore-again").TextContent.Trim()),
            Patience
        );
        Assert.Equal(4, page.FindAll(".explore-tabs a").Count);
    }

    [Fact]
    public void Without_the_images_of_the_run_sliders_and_samples_work()
    {
        string images = Path.Combine(studio.Images, "moved");
        for (int i = 0; i < 12; i++)
        {
            var bitmap = new Bitmap(8, 8, 1);
            bitmap.Pixels[(4 * i)..].Fill((byte)(20 * i));
            Directory.CreateDirectory(images);
            File.WriteAllBytes(Path.Combine(images, $"{i}.png"), bitmap.EncodePng());
        }
        studio.Train("moved", 1, ("dataset", "image-folder"), ("images", images), ("image-size", 8));
        Directory.Delete(images, recursive: true);
        var page = Open("run=moved&tab=sliders");
        page.WaitForAssertion(() => Assert.Contains(images, page.Find(".problem").TextContent), Patience);
        Assert.Equal(2, page.FindAll("input[data-dimension]").Count);
        _context.Services.GetRequiredService<NavigationManager>().NavigateTo("/explore?run=moved&tab=samples");
        page.WaitForAssertion(() => Assert.Equal(48, page.FindAll(".explore-grid img").Count), Patience);
    }

    [Fact]
    public void A_cancelled_map_can_be_made_later_and_other_tabs_do_not_start_it()
    {
        var page = Open("run=first&projection=tsne");
        page.WaitForState(
            () => page.FindAll(".explore-map .job").Any(job => job.TextContent.Contains("t-SNE of 2,000 codes")),
            Patience
        );
        page.Find(".explore-map .cancel").Click();
        page.WaitForAssertion(
            () => Assert.Equal("Make the map", page.Find(".explore-again").TextContent.Trim()),
            Patience
        );
        _context
            .Services.GetRequiredService<NavigationManager>()
            .NavigateTo("/explore?run=first&projection=tsne&tab=sliders");
        page.WaitForState(() => page.FindAll("input[data-dimension]").Count == 2, Patience);
        Assert.Empty(page.FindAll(".explore-map .job"));
    }

    [Fact]
    public void A_file_that_is_no_image_or_too_large_is_an_error_with_its_name()
    {
        var page = Open("run=first&tab=picture");
        page.WaitForState(() => page.FindAll(".explore-own").Count == 1, Patience);
        var input = page.FindComponent<InputFile>();
        input.UploadFiles(InputFileContent.CreateFromText("no image", "<b>notes</b>.png"));
        page.WaitForAssertion(
            () => Assert.Contains("<b>notes</b>.png", page.Find(".explore-own .problem").TextContent),
            Patience
        );
        input.UploadFiles(InputFileContent.CreateFromBinary(new byte[OwnPicture.MostBytes + 1], "large.png"));
        page.WaitForAssertion(
            () => Assert.Contains("at most 32 MB", page.Find(".explore-own .problem").TextContent),
            Patience
        );
        input.UploadFiles(InputFileContent.CreateFromBinary([], "empty.png"));
        page.WaitForAssertion(
            () => Assert.Contains("empty.png is empty", page.Find(".explore-own .problem").TextContent),
            Patience
        );
    }

    [Fact]
    public void A_run_that_is_deleted_is_said_to_be_gone()
    {
        Copy("doomed");
        var page = Open("run=doomed");
        page.WaitForState(() => page.FindAll(".explore-tabs").Count == 1, Patience);
        Directory.Delete(Path.Combine(studio.Runs, "doomed"), recursive: true);
        page.WaitForAssertion(() => Assert.Contains("is gone", page.Find(".problem").TextContent), Patience);
        Assert.Equal(4, page.FindAll(".explore-tabs a").Count);
    }

    [Fact]
    public async Task A_page_that_goes_away_forgets_its_map()
    {
        var parts = _context.Services.GetRequiredService<PageParts>();
        var page = Open("run=first");
        page.WaitForState(() => page.FindAll(".explore-columns[hidden]").Count == 0, Patience);
        Assert.True(SpinWait.SpinUntil(() => parts.Count == 1, Patience));
        await _context.DisposeComponentsAsync();
        Assert.Equal(0, parts.Count);
    }

    private IRenderedComponent<ExplorePage> Open(string query)
    {
        _context.Services.GetRequiredService<NavigationManager>().NavigateTo($"/explore?{query}");
        return _context.Render<ExplorePage>();
    }

    private void Copy(string name)
    {
        string from = Path.Combine(studio.Runs, "first"),
            to = Path.Combine(studio.Runs, name);
        Directory.CreateDirectory(to);
        foreach (string file in (string[])["config.json", "run.json", "metrics.csv", "model.safetensors"])
            File.Copy(Path.Combine(from, file), Path.Combine(to, file), overwrite: true);
        _context.Services.GetRequiredService<Elbo.Studio.Runs.RunIndex>().Refresh(name);
    }
}
