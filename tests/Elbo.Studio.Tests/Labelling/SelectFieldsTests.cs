using Bunit;
using Elbo.Selection;
using Elbo.Studio.Access;
using Elbo.Studio.Labelling;
using Elbo.Studio.Pages.Labelling;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor;
using MudBlazor.Services;

namespace Elbo.Studio.Tests.Labelling;

public sealed class SelectFieldsTests : IAsyncDisposable
{
    private readonly BunitContext _context = new();
    private readonly AllowedFolders _folders = new(Path.GetTempPath());

    public SelectFieldsTests()
    {
        _context.JSInterop.Mode = JSRuntimeMode.Loose;
        _context.Services.AddMudServices();
        _context.Services.AddSingleton(_folders);
        _context.Render<MudPopoverProvider>();
    }

    public ValueTask DisposeAsync() => _context.DisposeAsync();

    public static TheoryData<string> Strategies => [.. SelectionCatalog.All.Select(entry => entry.Name)];

    [Theory]
    [MemberData(nameof(Strategies))]
    public void Every_option_of_every_strategy_has_a_field(string strategy)
    {
        var form = new SelectForm(_folders) { Strategy = strategy };
        var fields = _context.Render<SelectFields>(parameters => parameters.Add(p => p.Form, form));
        var entry = SelectionCatalog.Get(strategy);
        Assert.Contains(entry.Description[1..], fields.Find(".strategy").TextContent, StringComparison.Ordinal);
        Assert.Equal(
            entry.Options.Select(option => "select-" + option.Name),
            fields.FindAll(".options input").Select(input => input.Id)
        );
        foreach (var option in entry.Options)
            fields.Find($"#select-{option.Name}").Change("7");
        Assert.All(entry.Options, option => Assert.Equal("7", form[option.Name]));
    }

    [Fact]
    public void A_folder_is_asked_for_only_where_the_images_are_one()
    {
        var form = new SelectForm(_folders);
        var fields = _context.Render<SelectFields>(parameters => parameters.Add(p => p.Form, form));
        Assert.Empty(fields.FindAll("#select-folder"));
        form.UsesFolder = true;
        fields.Render();
        fields.Find("#select-folder").Change("photos");
        Assert.Equal("photos", form.Folder);
        fields.Render(parameters => parameters.Add(p => p.Form, form).Add(p => p.WithImages, false));
        Assert.Empty(fields.FindAll("#select-folder"));
    }
}
