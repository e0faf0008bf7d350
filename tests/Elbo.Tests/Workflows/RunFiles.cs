using System.Text.RegularExpressions;

namespace Elbo.Tests.Workflows;

/// <summary>The files of a run folder, and what they hold.</summary>
internal static partial class RunFiles
{
    /// <summary>Those of <see cref="TinyRun"/>, as <see cref="Written"/> gives them.</summary>
    public static readonly string[] Promised =
    [
        "checkpoints/step-00000012.safetensors",
        "checkpoints/step-00000024.safetensors",
        "config.json",
        "events/events.out.tfevents.N.elbo",
        "events/test/events.out.tfevents.N.elbo",
        "events/train/events.out.tfevents.N.elbo",
        "images/input.png",
        "images/manifold-epoch-001.png",
        "images/manifold-epoch-002.png",
        "images/reconstruction-epoch-001.png",
        "images/reconstruction-epoch-002.png",
        "latent/epoch-001.csv",
        "latent/epoch-002.csv",
        "latent/test.csv",
        "metrics.csv",
        "model.safetensors",
        "plots/curves.pdf",
        "plots/curves.png",
        "plots/latent-epoch-001.pdf",
        "plots/latent-epoch-001.png",
        "plots/latent-epoch-002.pdf",
        "plots/latent-epoch-002.png",
        "plots/latent-epochs.html",
        "plots/latent.html",
        "plots/latent.pdf",
        "plots/latent.png",
        "plots/manifold.pdf",
        "plots/manifold.png",
        "plots/reconstruction.pdf",
        "plots/reconstruction.png",
        "plots/samples.pdf",
        "plots/samples.png",
        "report.html",
        "run.json",
    ];

    /// <summary>The files of a run; event files have the time in their names.</summary>
    public static string[] Written(string folder) =>
        [.. Of(folder).Select(f => EventTime().Replace(f, "tfevents.N.")).Order(StringComparer.Ordinal)];

    /// <summary>All files below a folder, with slashes.</summary>
    public static IEnumerable<string> Of(string folder) =>
        Directory
            .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Select(f => Path.GetRelativePath(folder, f).Replace('\\', '/'));

    /// <summary>The digest of every file.</summary>
    public static Dictionary<string, string> Snapshot(string folder) =>
        Of(folder)
            .ToDictionary(
                f => f,
                f =>
                    Convert.ToHexString(
                        System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(folder, f)))
                    )
            );

    [GeneratedRegex(@"tfevents\.\d{10}\.")]
    private static partial Regex EventTime();
}
