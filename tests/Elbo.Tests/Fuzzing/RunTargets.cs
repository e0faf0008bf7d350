using System.Text;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Formats.TensorBoard;
using Elbo.Models;
using Elbo.Tests.Workflows;
using Elbo.Training;
using Elbo.Training.Runs;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Plots;
using Elbo.Workflows.Reports;
using Elbo.Workflows.Runs;

namespace Elbo.Tests.Fuzzing;

/// <summary>
/// Files of a run folder and options. What is read of a run is also used: it makes the report, where a value that no
/// run has would be noticed too late.
/// </summary>
internal static class RunTargets
{
    private const string Config = "config.json";

    private static readonly string[] Tokens =
    [
        "\"model\":\"\\ud800\"",
        "\"model\":\"vade\"",
        "\"hidden\":[30000,30000]",
        "\"latent-dim\":2000000000",
        "\"epochs\":2000000000",
        "\"image-size\":\"100000\"",
        "\"first-epoch\":-2000000000",
        "\"last-epoch\":2000000000",
        "\"sessions\":[null]",
        "\"class-names\":[null]",
        "\"figures\":[null]",
        "\"figures\":[]",
        "\"kl-per-dimension\":[]",
        "validation",
        "train",
        "-inf",
    ];

    private static readonly EvaluationFigure[] Figures =
    [
        new("likelihood", "log-likelihood", -98.5, 0.5, "nats per image"),
        new("likelihood", "elbo", -101.25, 0.5, "nats per image"),
        new("codes", "active-units", 2, null, "units"),
    ];

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Json("config", ["RunSettings"], Config, Configs, ReadConfig),
        Json("run-options", ["RunSettings"], "options.json", Configs, ReadOptions) with
        {
            NamesPath = false,
        },
        Of("run-record", ["RunRecord"], "run.json", Records, InRun(Report)),
        Of("metrics", ["MetricsTable"], "metrics.csv", Metrics, InRun(Report)),
        Of("latent-codes", ["LatentCsv"], "latent/test.csv", Codes, InRun(ReadCodes)),
        Of("latent-film", ["LatentFilm"], "latent/epoch-001.csv", Codes, Film) with
        {
            Writes = [Config, "latent/epoch-002.csv"],
            // The page leaves out what it cannot show.
            RefusesNothing = true,
        },
        Of("evaluation", ["ModelEvaluation"], "evaluations/test.json", Evaluations, InRun(ReadEvaluation)),
        Of(
            "cluster-names",
            ["ClusterNames"],
            "cluster-names.json",
            () => ["""{"0":"smile","3":"frown"}"""u8.ToArray()],
            InRun((run, _) => ClusterNames.Load(run, 5))
        ),
        Of(
            "unreadable",
            ["RunSections"],
            "unreadable.txt",
            () => ["a.png: is damaged\nb/c.jpg: ends too early\n"u8.ToArray()],
            InRun(ReadUnreadable)
        ),
        Of(
            "sampler",
            ["RunSampler"],
            "sampler.json",
            Samplers,
            InRun((_, path) => RunSampler.Read(path, "digest", 2, 2))
        ),
        Of("events", ["EventFile"], "events.out.tfevents.1700000000.elbo", Events, ReadEvents) with
        {
            Container = Container.Events,
            RefusesNothing = true,
            Tokens = ["brain.Event:2", "\x0a", "\xff\xff\xff\xff\x0f"],
        },
    ];

    private static FuzzTarget Of(
        string name,
        string[] readers,
        string file,
        Func<IReadOnlyList<byte[]>> seeds,
        Func<TemporaryFolder, Action<string>> prepare
    ) =>
        new(name, readers, file, seeds, prepare)
        {
            Tokens = Tokens,
            Writes = [Config],
            // The page has scripts and styles of a quarter of a megabyte.
            Memory = new(16_000_000, 1_000),
        };

    private static FuzzTarget Json(
        string name,
        string[] readers,
        string file,
        Func<IReadOnlyList<byte[]>> seeds,
        Action<string> read
    ) => Of(name, readers, file, seeds, _ => read);

    /// <summary>Reads a file of a run folder that has options besides.</summary>
    private static Func<TemporaryFolder, Action<string>> InRun(Action<RunFolder, string> read) =>
        folder =>
        {
            foreach (string sub in (string[])["latent", "evaluations"])
                Directory.CreateDirectory(folder.File(sub));
            File.WriteAllText(folder.File(Config), RunSettings.ToJson(TinyRun.Config).ToJsonString());
            var run = RunFolder.Open(folder.Path);
            return path => read(run, path);
        };

    private static void Report(RunFolder run, string path) => RunReport.Compose(RunContent.Load(run, run.Report));

    private static void ReadCodes(RunFolder run, string path)
    {
        // The section leaves out what it cannot show.
        LatentCsv.Load(path);
        LatentSection.Compose(RunContent.Load(run, run.Report));
    }

    private static void ReadUnreadable(RunFolder run, string path) =>
        UnreadableSection.Compose(RunContent.Load(run, run.Report));

    private static Action<string> Film(TemporaryFolder folder)
    {
        var read = InRun((run, _) => LatentFilm.Load(run, "digits", [], mostBytes: 10_000)?.ToFragment("film"))(folder);
        File.WriteAllBytes(folder.File("latent/epoch-002.csv"), Codes()[0]);
        return read;
    }

    private static void ReadEvaluation(RunFolder run, string path)
    {
        ModelEvaluation.Load(path);
        EvaluationSection.Compose(RunContent.Load(run, run.Report));
    }

    private static void ReadConfig(string path) => RunSettings.Load(RunFolder.Open(Path.GetDirectoryName(path)!));

    private static void ReadOptions(string path) => RunSettings.Combine((path, RunSettings.ReadFile(path)));

    private static IReadOnlyList<byte[]> Configs() =>
        [
            .. new[]
            {
                RunSettings.ToJson(TinyRun.Config).ToJsonString(),
                RunSettings
                    .ToJson(new RunConfig { ModelOptions = ModelCatalog.Get("gmvae").Read([]), Dataset = "mnist" })
                    .ToJsonString(),
                """
                    {
                      // A comment.
                      "model": "cnn-vae", "network": "plain", "latent-dim": 3, "optimizer": "sgd", "lr-schedule": "step",
                      "early-stopping": 5, "batch-size": 64,
                    }
                    """,
            }.Select(Encoding.UTF8.GetBytes),
        ];

    private static IReadOnlyList<byte[]> Records()
    {
        using var folder = InputFolder.Create();
        File.WriteAllText(folder.File(Config), "{}");
        var run = RunFolder.Open(folder.Path);
        using var device = new Device(new DeviceOptions { Threads = 2 });
        new RunRecord
        {
            Parameters = 1234,
            ImageShape = "28×28",
            TrainImages = 100,
            TestImages = 10,
            ClassNames = ["a", "b"],
            Data = new DataRecord
            {
                Folder = "/data",
                Train = "00",
                Test = "11",
            },
            Sessions = [RunSession.Begin(1, device).End(2), RunSession.Begin(3, device).End(4)],
        }.Save(run);
        return [File.ReadAllBytes(run.Record)];
    }

    private static IReadOnlyList<byte[]> Metrics()
    {
        using var folder = InputFolder.Create();
        string path = folder.File("metrics.csv");
        new MetricsTable(
            from epoch in Enumerable.Range(1, 3)
            from split in (string[])["train", "validation", "test"]
            select new EpochMetrics(
                epoch,
                split,
                100.5 - epoch,
                [("reconstruction", 80), ("kl", 20.5)],
                1e-3f,
                5000,
                epoch
            )
            {
                Figures = split == "test" ? [("accuracy", 0.5)] : [],
            }
        ).Save(path);
        return [File.ReadAllBytes(path)];
    }

    private static IReadOnlyList<byte[]> Codes() =>
        [
            Encoding.UTF8.GetBytes(LatentCsv.Format<int>([0.5f, -1.25f, 2, 3, -4, 5], 2, [0, 1, 1], ["cat", "dog"])),
            "file,z1,z2,cluster,cluster_name,category\na.png,1,2,0,x,\nb.png,3,4,1,,\n"u8.ToArray(),
        ];

    private static IReadOnlyList<byte[]> Evaluations() =>
        [
            .. new int?[] { null, 2 }.Select(epoch =>
                Encoding.UTF8.GetBytes(
                    new ModelEvaluation
                    {
                        Images = "test images",
                        Epoch = epoch,
                        Count = 100,
                        ImportanceSamples = 50,
                        Seed = 0,
                        Figures = Figures,
                        KlPerDimension = [1.5, 0.25],
                        Verdict = "The posterior has not collapsed.",
                        Remarks = ["A remark."],
                    }.ToJson()
                )
            ),
        ];

    private static IReadOnlyList<byte[]> Samplers() =>
        [
            """
            {"weights_sha256":"digest","codes":10,"weights":[0.25,0.75],"means":[0,1,2,3],
            "covariances":[1,0,0,1,2,0.5,0.5,2]}
            """u8.ToArray(),
        ];

    private static IReadOnlyList<byte[]> Events()
    {
        using var folder = InputFolder.Create();
        using (var events = EventFile.Open(folder.Path, lastStep: 0))
            foreach (int step in (int[])[1, 2])
                events.Append(step, [SummaryValue.Scalar("loss", 1.5f)]);
        return [File.ReadAllBytes(Directory.GetFiles(folder.Path).Single())];
    }

    private static Action<string> ReadEvents(TemporaryFolder folder) =>
        _ => EventFile.Open(folder.Path, lastStep: 1).Dispose();
}
