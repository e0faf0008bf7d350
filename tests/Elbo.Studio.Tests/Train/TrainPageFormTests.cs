using Bunit;
using Elbo.Models;
using Elbo.Options;
using Elbo.Studio.Pages.Train;
using Elbo.Studio.Runs;
using Elbo.Training.Runs;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.DependencyInjection;
using MudBlazor.Services;

namespace Elbo.Studio.Tests.Train;

public sealed class TrainPageFormTests : BunitContext
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("elbo-train-page-test-");

    public TrainPageFormTests()
    {
        JSInterop.Mode = JSRuntimeMode.Loose;
        Services.AddMudServices();
        StudioServer.AddStudio(Services, new StudioOptions { Folder = _folder.FullName });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && _folder.Exists)
            _folder.Delete(recursive: true);
    }

    public static TheoryData<string> Models => [.. ModelCatalog.All.Select(model => model.Name)];

    [Theory, MemberData(nameof(Models))]
    public void Every_option_has_a_field_with_its_name_help_and_default(string model)
    {
        var page = Open();
        page.Find("#option-model").Change(model);
        foreach (var option in RunConfig.List.Skip(1).Concat<OptionDescriptor>(ModelCatalog.Get(model).Options))
        {
            var field = page.Find($"#option-{option.Name}");
            Assert.Equal(option.Name, page.Find($"label[for=option-{option.Name}]").TextContent);
            string help = page.Find($"#help-{option.Name}").TextContent;
            Assert.Contains(option.Description[1..], help);
            if (option.Range is { } range)
                Assert.Contains(range.Text, help);
            if (field.TagName == "SELECT")
                Assert.Equal(
                    option.Kind == OptionKind.Flag ? ["", "true", "false"] : ["", .. option.Choices],
                    field.Children.Select(choice => choice.GetAttribute("value"))
                );
            else
                Assert.True(
                    option.Default.Length == 0 || field.GetAttribute("placeholder")!.Length > 0,
                    $"{option.Name} has the default {option.Default}"
                );
        }
    }

    [Fact]
    public void A_wrong_value_is_told_at_its_field_and_start_leads_there()
    {
        var page = Open();
        page.Find("#option-epochs").Input("0");
        Assert.Equal("epochs is 0; it must be from 1 to 1000000.", page.Find("#error-epochs").TextContent);
        Assert.Equal("true", page.Find("#option-epochs").GetAttribute("aria-invalid"));
        page.Find("#start").Click();
        Assert.Empty(Services.GetRequiredService<TrainingJobs>().Jobs);
        Assert.Equal("option-epochs", JSInterop.VerifyInvoke("elboTrain.focus").Arguments[0]);
        page.Find("#option-epochs").Input("2");
        Assert.Equal("", page.Find("#error-epochs").TextContent);
        Assert.Contains("--epochs 2", page.Find("#command").TextContent);
    }

    [Fact]
    public void An_option_of_another_model_stays_with_its_error_until_it_is_removed()
    {
        var page = Open();
        page.Find("#option-model").Change("gmvae");
        page.Find("#option-clusters").Input("5");
        page.Find("#option-model").Change("vae");
        Assert.StartsWith("clusters is an option of the prior", page.Find("#error-clusters").TextContent);
        page.Find("#option-clusters").Input("");
        Assert.Empty(page.FindAll("#option-clusters"));
        Assert.Equal("", page.Find("#error-model").TextContent);
    }

    [Fact]
    public void The_search_finds_options_by_name_and_description()
    {
        var page = Open();
        page.Find("#search").Input("learning rate");
        string[] found = [.. page.FindAll(".fields label").Select(label => label.TextContent)];
        Assert.Contains("learning-rate", found);
        Assert.Contains("lr-factor", found);
        Assert.DoesNotContain("epochs", found);
        page.Find("#search").Input("no such thing");
        Assert.Contains("No option has 'no such thing'", page.Markup);
    }

    [Fact]
    public void Only_what_was_changed_is_shown_on_request()
    {
        var page = Open();
        page.Find("#option-seed").Input("7");
        page.Find("#only-changed").Change(true);
        Assert.Equal(["seed"], page.FindAll(".fields label").Select(label => label.TextContent));
        page.Find("#clear").Click();
        Assert.Contains("No option is changed", page.Markup);
    }

    [Fact]
    public void A_recipe_changes_the_defaults()
    {
        var page = Open();
        page.Find("#recipe").Change("cifar10-gaussian");
        Assert.Equal("60", page.Find("#option-epochs").GetAttribute("placeholder"));
        Assert.Contains("CIFAR-10 with convolutions", page.Find("#help-recipe").TextContent);
        Assert.Contains("--recipe cifar10-gaussian", page.Find("#command").TextContent);
    }

    [Fact]
    public void An_unknown_run_is_told()
    {
        Services.GetRequiredService<NavigationManager>().NavigateTo("/train?run=gone");
        Assert.Contains("There is no run 'gone'", Render<TrainPage>().Markup);
    }

    private IRenderedComponent<TrainPage> Open()
    {
        var page = Render<TrainPage>();
        foreach (string group in (string[])["pictures", "output"])
            page.Find($"#group-{group}").Click();
        return page;
    }
}
