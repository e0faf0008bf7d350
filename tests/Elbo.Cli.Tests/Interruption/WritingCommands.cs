using Elbo.Data;
using Elbo.Figures;

namespace Elbo.Cli.Tests.Interruption;

/// <summary>A command that writes files.</summary>
/// <param name="Arguments">The arguments, <c>PHOTOS</c> for the folder of images.</param>
internal sealed record WritingCommand(params string[] Arguments)
{
    /// <summary>Options with which an output of the same name was written before; null if there is none.</summary>
    public string[]? Earlier { get; init; }

    /// <summary>A folder that is written as a whole: all of it is old, or all of it is new.</summary>
    public string? Whole { get; init; }

    /// <summary>A run that the command begins. If it has options, the command that repeats it is resume.</summary>
    public string? Begins { get; init; }

    /// <summary>A run that the command deletes.</summary>
    public string? Deletes { get; init; }

    /// <summary>A dataset that the command downloads.</summary>
    public string? Downloads { get; init; }

    /// <summary>The command for tables: its name with the options that tell it from others.</summary>
    public string Title =>
        string.Join(
            ' ',
            Arguments[0] == "train"
                ? Arguments.Where(a => a is "train" or "--overwrite")
                : Arguments.Where(a => !a.StartsWith("runs/", StringComparison.Ordinal) && a != "--overwrite")
        );

    /// <summary>All commands that write, each at least once, and once for each format.</summary>
    public static IReadOnlyList<WritingCommand> All { get; } =
    [
        new(["train", .. WritingFolder.Options, "-z", "2", "--epochs", "4", "--name", "new"]) { Begins = "runs/new" },
        new([
            "train",
            .. WritingFolder.Options,
            "-z",
            "2",
            "--epochs",
            "4",
            "--seed",
            "5",
            "--name",
            "a",
            "--overwrite",
        ])
        {
            Deletes = "runs/a",
        },
        new("resume", "runs/a", "--epochs", "6"),
        .. Endings("generate", "runs/a", ".png", ".pdf", ".svg", ".npy", ".npz"),
        Replacing("generate", "runs/a", "--sampler", "mixture", "--mixture-components", "2", "--output", "out/m.png"),
        Replacing("reconstruct", "runs/a", "--separate", "--output", "out/pictures.png"),
        Replacing("denoise", "runs/a", "--output", "out/denoised.png"),
        Folder("restored", "denoise", "runs/a", "--images", "PHOTOS"),
        .. Endings("embed", "runs/a", ".csv", ".xlsx", ".npy", ".npz", ".parquet"),
        .. Endings("plot", "runs/a", ".png", ".pdf", ".svg", ".html"),
        Folder("selected", "select", "runs/a", "--budget", "6", "--all-images"),
        Folder("compared", "select", "runs/a", "--compare", "--budgets", "4", "--repeats", "2"),
        Folder("clusters", "cluster", "runs/a", "--folders", "--clusters", "2"),
        new("label-clusters", "runs/g", "0=smile", "1=other"),
        Folder("copies", "duplicates", "runs/a") with
        {
            Earlier = ["--threshold", "0.9"],
        },
        Replacing("interpolate", "runs/a", "--from", "0", "--to", "1", "--output", "out/path.html"),
        Replacing("traverse", "runs/a", "--output", "out/dims.pdf"),
        Folder("near", "neighbours", "runs/a", "--index", "0,1"),
        new("report", "runs/a", "--output", "out/page.html", "--overwrite"),
        Folder("comparison", "compare", "runs/a", "runs/b"),
        Replacing("evaluate", "runs/a", "--importance-samples", "5", "--output", "out/test.json"),
        Folder("scores", "score", "runs/a"),
        Folder("exported", "export", "runs/a", "--format", "onnx"),
        Folder("exported", "export", "runs/a", "--format", "torch"),
        Folder("exported", "export", "runs/a", "--split"),
        new("import", "weights.safetensors", "--output", "runs/imported", "--overwrite") { Whole = "runs/imported" },
        .. RealData.Has("fashion-mnist")
            ?
            [
                new WritingCommand("datasets", "fetch", "fashion-mnist", "--data-dir", "data")
                {
                    Downloads = "fashion-mnist",
                },
            ]
            : (IEnumerable<WritingCommand>)[],
    ];

    private static WritingCommand Replacing(params string[] arguments) =>
        new([.. arguments, "--overwrite"]) { Earlier = ["--weights", "epoch-2"] };

    private static WritingCommand Folder(string output, params string[] arguments) =>
        Replacing([.. arguments, "--output", output]) with
        {
            Whole = output,
        };

    private static IEnumerable<WritingCommand> Endings(string name, string run, params string[] endings) =>
        endings.Select(ending => Replacing(name, run, "--output", "out/" + name + ending));
}

/// <summary>Folders with small runs of small images, in which commands write.</summary>
public sealed class WritingFolder : IDisposable
{
    /// <summary>Options of a run whose epoch takes a few milliseconds.</summary>
    internal static readonly string[] Options =
    [
        "--images",
        "PHOTOS",
        "--image-size",
        "12",
        "--model",
        "vae",
        "--hidden",
        "12",
        "--batch-size",
        "16",
        "--test-fraction",
        "0.3",
        "--keep-checkpoints",
        "2",
        "--validation-fraction",
        "0.2",
        "--manifold-grid",
        "3x3",
        "--threads",
        "1",
    ];

    private readonly TemporaryFolder _folder = new();

    public WritingFolder()
    {
        var shape = new ImageShape(1, 12, 12);
        var random = new Random(1);
        for (int i = 0; i < 80; i++)
        {
            float[] pixels = new float[shape.PixelCount];
            for (int k = 0; k < pixels.Length; k++)
                pixels[k] = k % 12 < 6 == (i % 2 == 0) ? random.NextSingle() : 0;
            Bitmap.FromImage(pixels, shape).SavePng(_folder.File($"photos/{"ab"[i % 2]}/{i:D2}.png"));
        }
        Call(["train", .. Options, "-z", "2", "--epochs", "3", "--name", "a"]);
        Call(["train", .. Options, "-z", "3", "--epochs", "2", "--image-every", "0", "--name", "b"]);
        Call([
            "train",
            .. Options,
            "--prior",
            "mixture",
            "--clusters",
            "2",
            "--pretrain-epochs",
            "1",
            "--mixture-epochs",
            "1",
            "--epochs",
            "3",
            "--image-every",
            "0",
            "--name",
            "g",
        ]);
        Call("export", "runs/b", "--format", "torch", "--output", "torch");
        File.Move(_folder.File("torch/model.safetensors"), _folder.File("weights.safetensors"));
        Directory.Delete(_folder.File("torch"), recursive: true);
    }

    /// <summary>The images of all runs.</summary>
    public string Photos => _folder.File("photos");

    /// <summary>A copy of the runs, with an older output of the command if it replaces one.</summary>
    internal TemporaryFolder Copy(WritingCommand command)
    {
        var copy = new TemporaryFolder();
        foreach (string file in Directory.EnumerateFiles(_folder.Path, "*", SearchOption.AllDirectories))
            if (!file.StartsWith(Photos, StringComparison.Ordinal))
                copy.Write(Path.GetRelativePath(_folder.Path, file), File.ReadAllBytes(file));
        if (command.Earlier is { } options)
            CalledCommand.Run(copy.Path, [.. Arguments(command), .. options]).Succeeded();
        return copy;
    }

    /// <summary>The arguments with the path of the images.</summary>
    internal string[] Arguments(WritingCommand command) => [.. command.Arguments.Select(Place)];

    /// <summary>The arguments of the command that completes one that was interrupted.</summary>
    internal string[] Repetition(WritingCommand command, string folder)
    {
        if (command.Begins is not { } run || !Directory.Exists(Path.Combine(folder, run)))
            return Arguments(command);
        if (File.Exists(Path.Combine(folder, run, "config.json")))
            return ["resume", run];
        // An empty folder could be anybody's, so the next run would get another name. With a lock in it, it would not.
        if (Directory.GetFileSystemEntries(Path.Combine(folder, run)).Length == 0)
            Directory.Delete(Path.Combine(folder, run));
        return Arguments(command);
    }

    public void Dispose() => _folder.Dispose();

    private void Call(params string[] arguments) =>
        CalledCommand.Run(_folder.Path, [.. arguments.Select(Place)]).Succeeded();

    private string Place(string argument) => argument == "PHOTOS" ? Photos : argument;
}
