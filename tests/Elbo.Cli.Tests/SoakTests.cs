using System.Diagnostics;
using System.Globalization;
using Elbo.Tests;

namespace Elbo.Cli.Tests;

/// <summary>Hours of work in one process leave memory, handles, threads and temporary files at their level.</summary>
/// <remarks>
/// <c>ELBO_SOAK_MINUTES</c> is its length, 20 by default. The table of rounds is <c>soak.csv</c> in
/// <c>ELBO_SOAK_OUT</c>, or else in the folder of the tests.
/// </remarks>
[Trait(LongTests.Category, LongTests.Name)]
public sealed class SoakTests
{
    private const int Callers = 4;

    /// <summary>The models of successive rounds, small enough for a round of seconds.</summary>
    private static readonly string[][] Models =
    [
        ["--model", "vae", "--hidden", "12", "-z", "4"],
        ["--model", "gmvae", "--hidden", "12", "--pretrain-epochs", "1"],
        ["--model", "cnn-vae", "--base-channels", "2"],
        ["--model", "vade", "--hidden", "12", "--pretrain-epochs", "1"],
        ["--model", "vae", "--hidden", "12", "--condition", "labels"],
        ["--model", "vae", "--hidden", "12", "--importance-samples", "3"],
    ];

    [LongFact]
    public void Memory_handles_threads_and_temporary_files_stay_level()
    {
        double minutes = double.Parse(
            Environment.GetEnvironmentVariable("ELBO_SOAK_MINUTES") ?? "20",
            CultureInfo.InvariantCulture
        );
        string table = Path.Combine(
            Environment.GetEnvironmentVariable("ELBO_SOAK_OUT") ?? AppContext.BaseDirectory,
            "soak.csv"
        );
        using var folder = new TemporaryFolder();
        string temporary = folder.File("tmp");
        Directory.CreateDirectory(temporary);
        string? before = Environment.GetEnvironmentVariable("TMPDIR");
        Environment.SetEnvironmentVariable("TMPDIR", temporary);
        try
        {
            File.WriteAllText(table, Level.Header);
            var levels = new List<Level>();
            var clock = Stopwatch.StartNew();
            for (int round = 0; clock.Elapsed.TotalMinutes < minutes || round < 2 * Models.Length; round++)
            {
                Work(folder, Models[round % Models.Length], round);
                levels.Add(Level.Measure(clock.Elapsed, temporary));
                File.AppendAllText(table, levels[^1].Row);
            }
            AssertLevel(levels);
        }
        finally
        {
            Environment.SetEnvironmentVariable("TMPDIR", before);
        }
    }

    private static void Work(TemporaryFolder folder, string[] model, int seed)
    {
        const string Run = "runs/soak";
        bool conditional = model.Contains("--condition");
        string[] train =
        [
            "train",
            .. model,
            "--epochs",
            "1",
            "--batch-size",
            "500",
            "--name",
            "soak",
            "--seed",
            $"{seed}",
        ];
        Call([.. train]);
        Call("resume", Run, "--epochs", "2");
        Call("evaluate", Run, "--count", "200", "-k", "10");
        Call("score", Run);
        Call("embed", Run);
        Call("reconstruct", Run);
        Call("generate", Run);
        Call("cluster", Run, "--method", "kmeans", "--clusters", "5");
        Call("plot", Run);
        Call("report", Run);
        Call("export", Run, "--format", "onnx");
        // The codes of a conditional model know the labels, so nothing is left to choose.
        if (!conditional)
            Call("select", Run, "--budget", "20");
        Assert.Equal(2, CalledCommand.Run(folder.Path, "evaluate", "runs/none").ExitCode);
        using (var saved = Autoencoder.Load(folder.File(Run)))
            Parallel.For(0, Callers, _ => saved.Generate(10, label: conditional ? 0 : null));
        Directory.Delete(folder.File("runs"), recursive: true);

        void Call(params string[] arguments) => CalledCommand.Run(folder.Path, arguments).Succeeded();
    }

    /// <summary>Compares the second quarter of the rounds with the last: the first one warms up.</summary>
    private static void AssertLevel(List<Level> levels)
    {
        int quarter = levels.Count / 4;
        var (early, late) = (levels[quarter..(2 * quarter)], levels[^quarter..]);
        double growth = Median(late, l => l.Heap) / Median(early, l => l.Heap);
        Assert.True(growth < 1.05, $"the managed heap grew to {growth:P0}");
        growth = Median(late, l => l.Resident) / Median(early, l => l.Resident);
        Assert.True(growth < 1.15, $"the resident memory grew to {growth:P0}");
        Assert.InRange(Median(late, l => l.Handles) - Median(early, l => l.Handles), -20, 2);
        Assert.InRange(Median(late, l => l.Threads) - Median(early, l => l.Threads), -20, 2);
        Assert.Equal(levels[0].TemporaryFiles, levels[^1].TemporaryFiles);

        static double Median(List<Level> levels, Func<Level, double> value) =>
            levels.Select(value).Order().ElementAt(levels.Count / 2);
    }

    /// <summary>What the process holds after a round.</summary>
    private sealed record Level(
        double Minutes,
        double Resident,
        double Heap,
        int Handles,
        int Threads,
        int TemporaryFiles
    )
    {
        public const string Header = "minutes,resident MB,managed MB,handles,threads,temporary files\n";

        public string Row =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"{Minutes:F2},{Resident:F1},{Heap:F2},{Handles},{Threads},{TemporaryFiles}\n"
            );

        public static Level Measure(TimeSpan time, string temporary)
        {
            const double Megabyte = 1e6;
            GC.Collect();
            GC.WaitForPendingFinalizers();
            GC.Collect();
            using var process = Process.GetCurrentProcess();
            return new Level(
                time.TotalMinutes,
                process.WorkingSet64 / Megabyte,
                GC.GetTotalMemory(forceFullCollection: true) / Megabyte,
                process.HandleCount,
                process.Threads.Count,
                Directory.EnumerateFileSystemEntries(temporary, "*", SearchOption.AllDirectories).Count()
            );
        }
    }
}
