using System.Diagnostics;
using System.Text.Json.Nodes;
using Elbo.Models;
using Elbo.Options;
using Elbo.Studio.Access;
using Elbo.Studio.Pages.Train;
using Elbo.Training.Runs;
using Elbo.Workflows.Runs;

namespace Elbo.Studio.Tests.Train;

public sealed class TrainFormTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("elbo-form-test-");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string> Models => [.. ModelCatalog.All.Select(model => model.Name)];

    public static TheoryData<string> Recipes => [.. RecipeCatalog.All.Select(recipe => recipe.Name)];

    [Theory, MemberData(nameof(Models))]
    public void Every_option_of_a_run_and_of_the_chosen_model_is_in_the_form_in_its_group(string model)
    {
        var form = Form();
        form.Set("model", model);
        var shown = form
            .Groups.SelectMany(group => group.Options.Select(option => (group.Title, option.Name)))
            .ToArray();
        Assert.Equal(shown.Length, shown.Distinct().Count());
        foreach (var option in RunConfig.List.Concat(ModelCatalog.Get(model).Options))
            Assert.Contains(($"{option.Group}", option.Name), shown);
        Assert.Equal(["Data", "Model", "Training", "Pictures", "Output"], form.Groups.Select(group => group.Title));
    }

    [Fact]
    public void Options_of_every_part_appear_once_the_part_is_chosen()
    {
        foreach (var choice in PartCatalog.Choices)
        foreach (string part in choice.Choices)
        {
            var form = Form();
            form.Set(choice.Name, part);
            string[] shown = [.. form.Groups.SelectMany(group => group.Options).Select(option => option.Name)];
            if (form.Config is not null)
                Assert.Empty(choice.Options.Where(o => o.Part == part).Select(o => o.Name).Except(shown));
        }
    }

    [Fact]
    public void Options_of_other_models_are_not_shown()
    {
        var form = Form();
        form.Set("model", "cnn-vae");
        string[] shown = [.. form.Groups.SelectMany(group => group.Options).Select(option => option.Name)];
        Assert.Contains("channels", shown);
        Assert.DoesNotContain("clusters", shown);
        Assert.DoesNotContain("encoder-hidden", shown);
    }

    [Theory]
    [InlineData("epochs", "many", "epochs is 'many'; it must be a whole number of at most 2147483647")]
    [InlineData("learning-rate", "1e400", "learning-rate is '1e400'; it must be a number")]
    [InlineData("hidden", "20,x", "hidden: 'x' is not a whole number; give them with commas, as in 512,128,64.")]
    [InlineData("epochs", "0", null)]
    [InlineData("validation-fraction", "1", null)]
    [InlineData("channels", "32", null)]
    [InlineData("name", "a/b", null)]
    [InlineData("image-size", "64", null)]
    [InlineData("dataset", "image-folder", null)]
    public void What_is_wrong_stands_at_its_option_in_the_words_of_the_command_line(
        string given,
        string text,
        string? message
    )
    {
        var form = Form();
        form.Set(given, text);
        Assert.Null(form.Config);
        string blamed = given == "dataset" ? "images" : given;
        Assert.Equal(blamed, Assert.Single(form.Errors).Key);
        Assert.Null(form.Problem);
        message ??= Complaint(new JsonObject { [given] = Descriptor(given).FromText(text) });
        Assert.Equal(message, form.Errors[blamed]);
        form.Set(given, "");
        Assert.Empty(form.Errors);
        Assert.NotNull(form.Config);
    }

    [Fact]
    public void Several_faults_are_told_at_once()
    {
        var form = Form();
        form.Set("epochs", "0");
        form.Set("batch-size", "-3");
        form.Set("seed", "x");
        Assert.Equal(["batch-size", "epochs", "seed"], form.Errors.Keys.Order());
    }

    [Fact]
    public void A_dataset_file_that_is_missing_is_told_at_the_option_that_names_it()
    {
        var form = Form();
        form.Set("images", Path.Combine(_folder.FullName, "none"));
        Assert.Equal(
            $"there is no folder {Path.Combine(_folder.FullName, "none")}; --images names a folder of image files.",
            form.Errors["images"]
        );
        form.Set("images", Path.Combine(_folder.FullName, "none.npy"));
        Assert.Contains("none.npy", form.Errors["images"]);
        form.Set("images", "");
        form.Set("dataset", "mnist");
        form.Set("data-dir", _folder.FullName);
        Assert.Contains("mnist", form.Errors["data-dir"]);
    }

    [Fact]
    public void Folders_that_the_studio_may_not_read_are_refused_at_the_option()
    {
        var form = Form();
        form.Set("images", "/etc");
        Assert.StartsWith("'/etc' is outside the folders of the studio", form.Errors["images"]);
        Assert.Null(form.Config);
    }

    [Fact]
    public void Defaults_are_those_of_the_model_the_dataset_and_the_recipe()
    {
        var form = Form();
        Assert.Equal(RunConfig.List.First(o => o.Name == "epochs").Default, Usual("epochs"));
        Assert.Equal("vae", Usual("model"));
        form.Choose("cifar10-gaussian");
        Assert.Equal(("60", "cnn-vae", "cifar10"), (Usual("epochs"), Usual("model"), Usual("dataset")));
        form.Choose(null);
        Directory.CreateDirectory(Path.Combine(_folder.FullName, "photos"));
        form.Set("images", Path.Combine(_folder.FullName, "photos"));
        Assert.Equal((string?)RecipeCatalog.Get("photos").Values["model"], Usual("model"));
        Assert.Equal(("image-folder", ""), (Usual("dataset"), Usual("images")));
        form.Set("model", "vae");
        Assert.Equal((string?)RecipeCatalog.Get("photos").Values["model"], Usual("model"));

        string Usual(string name) =>
            form.Usual(form.Groups.SelectMany(group => group.Options).First(option => option.Name == name));
    }

    [Theory, MemberData(nameof(Recipes))]
    public void The_command_of_a_recipe_with_options_trains_the_same_run(string recipe)
    {
        var form = Form();
        form.Choose(recipe);
        form.Set("epochs", "7");
        form.Set("seed", "18446744073709551615");
        if (form.Errors.ContainsKey("images"))
            form.Set("images", _folder.FullName);
        RequireSame(form);
    }

    [Fact]
    public void The_command_of_odd_values_trains_the_same_run()
    {
        string photos = Directory.CreateDirectory(Path.Combine(_folder.FullName, "it's $HOME; `a` \"b\" ü")).FullName;
        var form = Form();
        form.Set("images", photos);
        form.Set("hidden", "64,32");
        form.Set("strict", "true");
        form.Set("name", "-x {model} 'y'");
        form.Set("only-classes", "a b,c");
        form.Set("learning-rate", "1e-5");
        Assert.Equal("", string.Join(' ', form.Errors.Values));
        RequireSame(form);
    }

    [Fact]
    public void The_options_of_a_run_come_back()
    {
        var form = Form();
        form.Set("model", "cnn-gmvae");
        form.Set("clusters", "7");
        form.Set("variance", "1e-05");
        form.Set("epochs", "41");
        var copy = Form();
        copy.Load(form.Config!);
        Assert.Equal("", string.Join(' ', copy.Errors.Values));
        Assert.Equal(RunSettings.ToJson(form.Config!).ToJsonString(), RunSettings.ToJson(copy.Config!).ToJsonString());
        Assert.Equal("7", copy.Text("clusters"));
        Assert.Equal("", copy.Text("latent-dim"));
    }

    [Fact]
    public void The_folders_of_the_studio_are_in_the_command_where_the_run_needs_them()
    {
        string data = Directory.CreateDirectory(Path.Combine(_folder.FullName, "data")).FullName;
        var form = new TrainForm(
            new StudioOptions { Folder = "runs", DataDir = data },
            new AllowedFolders(_folder.FullName)
        );
        Assert.Equal("elbo train", form.Command);
        form.Set("dataset", "mnist");
        Assert.Contains("mnist", form.Errors["dataset"]);
        foreach (
            string file in (string[])
                [
                    "train-images-idx3-ubyte.gz",
                    "train-labels-idx1-ubyte.gz",
                    "t10k-images-idx3-ubyte.gz",
                    "t10k-labels-idx1-ubyte.gz",
                ]
        )
            File.WriteAllText(Path.Combine(data, file), "");
        form.Set("dataset", "mnist");
        Assert.Equal($"elbo train --dataset mnist --data-dir {data}", form.Command);
    }

    private TrainForm Form() =>
        new(new StudioOptions { Folder = _folder.FullName }, new AllowedFolders(_folder.FullName));

    private static string Complaint(JsonObject values)
    {
        string message = Assert
            .ThrowsAny<ArgumentException>(() => RunSettings.Combine(("the command line", values)))
            .Message;
        const string Source = "the command line: ";
        return message.StartsWith(Source, StringComparison.Ordinal) ? message[Source.Length..] : message;
    }

    private static OptionDescriptor Descriptor(string name) =>
        RunConfig.List.Concat<OptionDescriptor>(ModelCatalog.Options).First(option => option.Name == name);

    /// <summary>Reads the command as the shell and the command line do, and compares the run it would train.</summary>
    private void RequireSame(TrainForm form)
    {
        Assert.StartsWith("elbo train ", form.Command);
        using var shell = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", $"elbo() {{ printf '%s\\n' \"$@\"; }}; {form.Command}"])
            {
                RedirectStandardOutput = true,
            }
        )!;
        string[] words = shell.StandardOutput.ReadToEnd().TrimEnd('\n').Split('\n')[1..];
        var given = new JsonObject();
        string? recipe = null;
        for (int i = 0; i < words.Length; i++)
        {
            string[] parts = words[i][2..].Split('=', 2);
            string name = parts[0];
            bool isFlag = name is not ("recipe" or "output") && Descriptor(name).Kind == OptionKind.Flag;
            string value =
                parts.Length > 1 ? parts[1]
                : isFlag && (i + 1 == words.Length || words[i + 1].StartsWith("--", StringComparison.Ordinal)) ? "true"
                : words[++i];
            if (name == "recipe")
                recipe = value;
            else if (name == "output")
                Assert.Equal(_folder.FullName, value);
            else
                given[name] = Descriptor(name).FromText(value);
        }
        List<(string, JsonObject)> layers = [("the command line", given)];
        if (recipe is not null)
            layers.Insert(0, ("recipe", RecipeCatalog.Get(recipe).Values));
        Assert.Equal(
            RunSettings.ToJson(RunSettings.Combine(layers)).ToJsonString(),
            RunSettings.ToJson(form.Config!).ToJsonString()
        );
    }
}
