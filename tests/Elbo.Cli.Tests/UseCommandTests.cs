using System.Text.Json;

namespace Elbo.Cli.Tests;

/// <summary>What the commands that use a trained run write and print.</summary>
[Collection(TrainedRunTests.Name)]
public class UseCommandTests(TrainedRun run)
{
    [Fact]
    public void Embed_writes_codes_and_prints_the_path()
    {
        using var folder = new TemporaryFolder();
        var result = Run(folder, "embed", run.Path, "--output", "codes/test.csv");
        Assert.Equal(("codes/test.csv\n", "2000 codes of 2 dimensions\n"), (result.Output, result.Error));
        Assert.Equal(
            (2_001, "z1,z2,category"),
            (
                File.ReadAllLines(folder.File("codes/test.csv")).Length,
                File.ReadLines(folder.File("codes/test.csv")).First()
            )
        );
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(run.Path, "latent", "test.csv")),
            File.ReadAllBytes(folder.File("codes/test.csv"))
        );
        Run(folder, "embed", run.Path, "--split", "train", "-o", "codes/test.csv", "--overwrite");
        Assert.Equal(12_001, File.ReadAllLines(folder.File("codes/test.csv")).Length);
    }

    [Fact]
    public void Export_prints_the_files_and_what_is_in_them()
    {
        using var folder = new TemporaryFolder();
        var result = Run(folder, "export", run.Path, "--split", "--output", "weights");
        Assert.Equal("weights/encoder.safetensors\nweights/decoder.safetensors\n", result.Output);
        Assert.Equal("encoder: 6 tensors, 9,472 values\ndecoder: 4 tensors, 10,228 values\n", result.Error);
        Assert.Equal(
            "elbo: weights/encoder.safetensors exists; give another --output, or --overwrite to replace it.",
            CalledCommand.Run(folder.Path, "export", run.Path, "--split", "-o", "weights").Complaint(2)
        );
        Assert.Equal(
            "elbo: there is no format 'pickle'; there are safetensors, onnx, torch.",
            CalledCommand.Run(folder.Path, "export", run.Path, "--format", "pickle").Complaint(2)
        );
    }

    [Fact]
    public void An_exported_module_is_imported_as_the_same_run()
    {
        using var folder = new TemporaryFolder();
        var result = Run(folder, "export", run.Path, "--format", "torch", "-o", "torch");
        Assert.Equal("torch/model.safetensors\ntorch/model.py\n", result.Output);
        Assert.Equal("model: 10 tensors, 19,700 values\n", result.Error);
        Assert.Equal(
            "back\n",
            Run(folder, "import", "torch/model.safetensors", "--like", run.Path, "-o", "back").Output
        );
        Assert.Equal(
            File.ReadAllBytes(Path.Combine(run.Path, "model.safetensors")),
            File.ReadAllBytes(folder.File("back/model.safetensors"))
        );
        Assert.Equal(
            $"elbo: like is {run.Path}, and options of a model were given; leave out one of them.",
            CalledCommand
                .Run(folder.Path, "import", "torch/model.safetensors", "--like", run.Path, "--model", "vae")
                .Complaint(2)
        );
    }

    [Fact]
    public void A_class_is_for_runs_that_are_conditional_on_labels()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            $"elbo: class is 7; the model of {run.Path} is not conditional on classes. 'elbo train --condition labels' "
                + "trains one that is.",
            CalledCommand.Run(folder.Path, "generate", run.Path, "--class", "7").Complaint(2)
        );
    }

    [Fact]
    public void Outputs_without_a_name_go_into_the_run_and_never_replace_one_another()
    {
        using var folder = new TemporaryFolder();
        folder.Copy(run.Path, "mine");
        Assert.Equal("mine/latent/embed-test.csv\n", Run(folder, "embed", "mine").Output);
        Assert.Equal("mine/latent/embed-test-2.csv\n", Run(folder, "embed", "mine").Output);
        Assert.Equal("mine/plots/latent-2.png\n", Run(folder, "plot", "mine").Output);
        Assert.Equal(
            "mine/images/generate-random.png\n",
            Run(folder, "generate", "mine", "--rows", "2", "--columns", "2").Output
        );
        Assert.True(File.Exists(folder.File("mine/images/generate-random.png")));
    }

    [Theory]
    [InlineData("latent", "x.svg")]
    [InlineData("latent", "x.html")]
    [InlineData("manifold", "x.pdf")]
    [InlineData("curves", "x.png")]
    public void Plot_draws_every_kind(string kind, string file)
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(file + "\n", Run(folder, "plot", run.Path, "--kind", kind, "-o", file).Output);
        Assert.True(new FileInfo(folder.File(file)).Length > 2_000);
    }

    [Fact]
    public void A_projection_is_told_on_standard_error_and_repeats_with_its_seed()
    {
        using var folder = new TemporaryFolder();
        var plot = Run(folder, "plot", run.Path, "--projection", "pca", "-o", "x.png");
        Assert.Equal("x.png\n", plot.Output);
        Assert.Matches(
            "^PCA of 2 latent dimensions: the plane keeps 100\\.0 % of the variance of the codes\\.\n$",
            plot.Error
        );
        string[] embed = ["embed", run.Path, "--projection", "tsne", "--perplexity", "12", "--seed", "3", "-o"];
        Assert.Matches(
            "^2000 codes of 2 dimensions\nt-SNE of 2 latent dimensions, perplexity 12, seed 3: KL divergence "
                + "[0-9.]+ nats\\. ",
            Run(folder, [.. embed, "a.csv", "--threads", "1"]).Error
        );
        Run(folder, [.. embed, "b.csv", "--threads", "2"]);
        Assert.Equal(File.ReadAllBytes(folder.File("a.csv")), File.ReadAllBytes(folder.File("b.csv")));
        Assert.Equal("tsne1,tsne2,category", File.ReadLines(folder.File("a.csv")).First());
    }

    [Fact]
    public void Plots_that_cannot_be_had_are_refused_in_a_line()
    {
        using var folder = new TemporaryFolder();
        string Complaint(params string[] options) =>
            CalledCommand.Run(folder.Path, ["plot", run.Path, .. options]).Complaint(2);
        Assert.Equal(
            "elbo: output is 'x.html'; the file name's ending must be one of .png, .pdf, .svg, and .html with "
                + "--kind latent, latent-clusters or style-clusters.",
            Complaint("--kind", "manifold", "-o", "x.html")
        );
        Assert.Equal(
            "elbo: --with-codes was given with --kind latent; it is for --kind manifold.",
            Complaint("--with-codes")
        );
        Assert.Contains("--projection: ", Complaint("--projection", "umap"));
        Assert.Equal(
            "elbo: perplexity is 900; 2000 points allow 666 at most, a third of each one's neighbours.",
            Complaint("--projection", "tsne", "--perplexity", "900")
        );
        Assert.Empty(folder.Snapshot());
    }

    [Fact]
    public void Reconstruct_and_denoise_draw_grids_and_tell_the_error()
    {
        using var folder = new TemporaryFolder();
        var result = Run(folder, "reconstruct", run.Path, "--rows", "2", "--columns", "3", "-o", "r.png", "--separate");
        Assert.Equal("r.png\n", result.Output);
        Assert.Matches("^mean squared error per pixel: 0\\.[0-9]{5}\n$", result.Error);
        Assert.Equal(6, Directory.GetFiles(folder.File("r")).Length);
        Assert.Equal(
            "s.png\n",
            Run(folder, "reconstruct", run.Path, "--rows", "2", "--columns", "3", "--sampled", "-o", "s.png").Output
        );
        Assert.True(new FileInfo(folder.File("s.png")).Length > new FileInfo(folder.File("r.png")).Length);
        result = Run(
            folder,
            "denoise",
            run.Path,
            "--noise",
            "salt-pepper",
            "--noise-factor",
            "0.2",
            "-o",
            "d.svg",
            "--split",
            "train"
        );
        Assert.Equal("d.svg\n", result.Output);
        Assert.Matches("^mean squared error per pixel: 0\\.[0-9]{5} noisy, 0\\.[0-9]{5} restored\n$", result.Error);
    }

    [Fact]
    public void Generate_draws_from_the_prior_and_from_a_grid()
    {
        using var folder = new TemporaryFolder();
        Assert.Equal(
            "g.png\n",
            Run(
                folder,
                "generate",
                run.Path,
                "--count",
                "7",
                "--columns",
                "3",
                "--separate",
                "--sampled",
                "-o",
                "g.png"
            ).Output
        );
        Assert.Equal(7, Directory.GetFiles(folder.File("g")).Length);
        Assert.Equal(
            "u.pdf\n",
            Run(
                folder,
                "generate",
                run.Path,
                "--mode",
                "uniform",
                "--rows",
                "3",
                "--columns",
                "4",
                "--axes",
                "2,1",
                "--range",
                "1.5",
                "-o",
                "u.pdf"
            ).Output
        );
        Assert.Equal(
            "l.png\n",
            Run(
                folder,
                "generate",
                run.Path,
                "--mode",
                "uniform",
                "--axes",
                "2",
                "--columns",
                "5",
                "--separate",
                "-o",
                "l.png"
            ).Output
        );
        Assert.Equal(5, Directory.GetFiles(folder.File("l")).Length);
        // The same seed, the same bytes.
        Run(folder, "generate", run.Path, "--seed", "5", "-o", "a.png");
        Run(folder, "generate", run.Path, "--seed", "5", "-o", "b.png", "--threads", "1");
        Assert.Equal(File.ReadAllBytes(folder.File("a.png")), File.ReadAllBytes(folder.File("b.png")));
    }

    [Theory]
    [InlineData(
        "plot --kind manifold --grid-size 4 --range 1.5",
        "--kind manifold --manifold-grid 4x4 --manifold-range 1.5"
    )]
    [InlineData(
        "generate --mode uniform --rows 2 --columns 3 --range 1.5",
        "--mode uniform --manifold-grid 3x2 --manifold-range 1.5"
    )]
    [InlineData("generate --rows 2 --columns 3", "--reconstruction-grid 3x2")]
    [InlineData("generate --count 6 --columns 3", "--reconstruction-grid 3x2")]
    [InlineData("reconstruct --rows 2 --columns 3", "--reconstruction-grid 3x2")]
    [InlineData("denoise --rows 2", "--reconstruction-grid 10x2")]
    public void Older_spellings_of_sizes_draw_the_same_bytes(string older, string options)
    {
        using var folder = new TemporaryFolder();
        string[] words = older.Split(' ');
        Run(folder, [words[0], run.Path, .. words[1..], "-o", "old.png"]);
        Run(folder, [words[0], run.Path, .. options.Split(' '), "-o", "new.png"]);
        Assert.Equal(File.ReadAllBytes(folder.File("old.png")), File.ReadAllBytes(folder.File("new.png")));
    }

    [Fact]
    public void Resume_adds_epochs_and_prints_the_path()
    {
        using var folder = new TemporaryFolder();
        folder.Copy(run.Path, "mine");
        var result = Run(folder, "resume", "mine", "--epochs", "3");
        Assert.Equal("mine\n", result.Output);
        Assert.Equal(2, result.ErrorLines.Length);
        Assert.EndsWith(", from epoch 3", result.ErrorLines[0]);
        Assert.StartsWith("epoch 3/3  ", result.ErrorLines[1]);
        Assert.Equal(
            ["elbo: all 3 epochs are done; give a higher --epochs to continue."],
            Run(folder, "resume", "mine").ErrorLines[..1]
        );
    }

    [Fact]
    public void A_damaged_newest_checkpoint_is_passed_over_with_a_note()
    {
        using var folder = new TemporaryFolder();
        folder.Copy(run.Path, "mine");
        string newest = Directory.GetFiles(folder.File("mine/checkpoints")).Max()!;
        File.WriteAllBytes(newest, File.ReadAllBytes(newest)[..5000]);
        var result = Run(folder, "resume", "mine");
        Assert.StartsWith(
            "elbo: skipped a damaged checkpoint: mine/checkpoints/step-00000024.safetensors: ",
            result.ErrorLines[0]
        );
        Assert.Equal(run.Weights, File.ReadAllBytes(folder.File("mine/model.safetensors")));
    }

    [Theory]
    [InlineData("models", "vae", "name,description")]
    [InlineData("datasets", "digits", "name,shape,train,validation,test,description,needs_files,folder")]
    [InlineData("recipes", "mnist-manifold", "name,description")]
    [InlineData("strategies", "vote-mi", "name,paper,description")]
    public void Catalogs_are_listed_in_lines_and_as_json(string catalog, string entry, string keys)
    {
        using var folder = new TemporaryFolder();
        var plain = Run(folder, catalog);
        Assert.Contains(plain.OutputLines, line => line.StartsWith(entry + "  ", StringComparison.Ordinal));
        Assert.All(plain.OutputLines, line => Assert.Equal(line.TrimEnd(), line));
        Assert.Empty(plain.Error);
        using var json = JsonDocument.Parse(Assert.Single(Run(folder, catalog, "--json").OutputLines));
        var entries = json.RootElement.GetProperty(catalog).EnumerateArray().ToList();
        Assert.Equal(plain.OutputLines.Length, entries.Count);
        Assert.All(entries, e => Assert.Equal(keys, string.Join(',', e.EnumerateObject().Select(p => p.Name))));
        Assert.Contains(entries, e => e.GetProperty("name").GetString() == entry);
    }

    [Fact]
    public void Numbers_in_the_list_of_datasets_are_numbers()
    {
        using var folder = new TemporaryFolder();
        using var json = JsonDocument.Parse(Run(folder, "datasets", "--json").Output);
        var mnist = json
            .RootElement.GetProperty("datasets")
            .EnumerateArray()
            .Single(d => d.GetProperty("name").GetString() == "mnist");
        Assert.Equal(
            (60_000, 10_000, true),
            (
                mnist.GetProperty("train").GetInt32(),
                mnist.GetProperty("test").GetInt32(),
                mnist.GetProperty("needs_files").GetBoolean()
            )
        );
        Assert.Equal(JsonValueKind.Null, mnist.GetProperty("folder").ValueKind);
        Assert.Equal("digits needs no files\n", Run(folder, "datasets", "fetch", "digits").Output);
    }

    [Fact]
    public void Bench_prints_one_json_line_for_a_case()
    {
        using var folder = new TemporaryFolder();
        var result = Run(
            folder,
            "bench",
            "--seconds",
            "0.2",
            "--case",
            "mlp-relu-512-128-64-z2-b128",
            "--threads",
            "1"
        );
        using var json = JsonDocument.Parse(Assert.Single(result.OutputLines));
        Assert.Equal(
            ["case", "device", "images_per_s", "ms_per_step", "batch"],
            json.RootElement.EnumerateObject().Select(p => p.Name)
        );
        Assert.Equal(128, json.RootElement.GetProperty("batch").GetInt32());
        Assert.Equal(
            128_000 / json.RootElement.GetProperty("ms_per_step").GetDouble(),
            json.RootElement.GetProperty("images_per_s").GetDouble(),
            1_000 / json.RootElement.GetProperty("ms_per_step").GetDouble()
        );
    }

    private static CommandResult Run(TemporaryFolder folder, params string[] arguments)
    {
        var result = CalledCommand.Run(folder.Path, arguments).Succeeded();
        return result with { Output = result.Output.Replace('\\', '/') };
    }
}
