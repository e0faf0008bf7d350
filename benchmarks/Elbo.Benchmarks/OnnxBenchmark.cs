using System.Diagnostics;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Models.Priors;
using Elbo.Workflows;
using Elbo.Workflows.Exporting;
using Microsoft.ML.OnnxRuntime;

namespace Elbo.Benchmarks;

/// <summary>Trained runs in ONNX Runtime: the largest differences from Elbo on test images, and throughput in turns.</summary>
internal static class OnnxBenchmark
{
    private const int Images = 1000;
    private const int Rounds = 5;
    private const double SecondsPerTurn = 1;
    private static readonly int[] BatchSizes = [1, 16, 128, 500];

    /// <summary>
    /// Exports each run to a folder of its name, as ONNX and for PyTorch, with test images and Elbo's results for
    /// <c>peers/torch_roundtrip.py</c>; prints sizes and differences.
    /// </summary>
    public static int Compare(string folder, IReadOnlyList<string> runs)
    {
        Console.WriteLine(
            $"{"run", -24} {"encoder.onnx", 14} {"decoder.onnx", 14}   largest difference of codes, images, clusters"
        );
        foreach (string path in runs)
        {
            using var run = LoadedRun.Open(path);
            string target = Path.Combine(folder, run.Folder.Name);
            var (images, labels) = TestImages(run);
            foreach (string format in (string[])["onnx", "torch"])
                ExportWorkflow.Run(
                    run,
                    new ExportOptions
                    {
                        Format = format,
                        Output = target,
                        Overwrite = true,
                    }
                );
            using var peer = new OnnxPeer(target, run.Model);
            float[] codes = Inference.Encode(run.Model, images, labels),
                decoded = Inference.Decode(run.Model, codes, labels);
            string clusters =
                run.Model.Prior is IClusteringPrior
                    ? $"{Difference(Inference.ClusterProbabilities(run.Model, images), peer.Clusters(images)):E1}"
                    : "";
            Console.WriteLine(
                $"{run.Folder.Name, -24} {Size(target, "encoder"), 14:N0} {Size(target, "decoder"), 14:N0}   "
                    + $"{Difference(codes, peer.Encode(images, labels)):E1} "
                    + $"{Difference(decoded, peer.Decode(codes, labels)):E1} {clusters}"
            );
            WriteExpected(Path.Combine(target, "expected.safetensors"), run.Model, images, labels, codes, decoded);
        }
        return 0;
    }

    /// <summary>Times encoding and decoding in turns, with as many threads on both sides as there are processors.</summary>
    public static int Time(IReadOnlyList<string> runs)
    {
        Console.WriteLine($"{Machine.Processor}, .NET {Machine.Sdk}; images/s, median of {Rounds} turns each");
        Console.WriteLine($"{"run", -24} {"pass", -7} {"batch", 5} {"Elbo", 10} {"ONNX RT", 10} {"ratio", 6}");
        string folder = Directory.CreateTempSubdirectory("elbo-onnx-").FullName;
        foreach (string path in runs)
        {
            using var run = LoadedRun.Open(path);
            string target = Path.Combine(folder, run.Folder.Name);
            ExportWorkflow.Run(run, new ExportOptions { Format = "onnx", Output = target });
            using var peer = new OnnxPeer(target, run.Model);
            var (images, labels) = TestImages(run);
            float[] codes = Inference.Encode(run.Model, images, labels);
            foreach (int batch in BatchSizes)
            {
                float[] x = images[..(batch * run.Model.ImageShape.PixelCount)],
                    z = codes[..(batch * run.Model.LatentDim)];
                byte[] y = labels.Length == 0 ? [] : labels[..batch];
                Turns("encode", () => Inference.Encode(run.Model, x, y), () => peer.Encode(x, y));
                Turns("decode", () => Inference.Decode(run.Model, z, y), () => peer.Decode(z, y));

                void Turns(string pass, Action ours, Action theirs)
                {
                    double[] own = new double[Rounds],
                        other = new double[Rounds];
                    for (int i = 0; i < Rounds; i++)
                        (own[i], other[i]) = (Rate(ours) * batch, Rate(theirs) * batch);
                    double a = own.Order().ElementAt(Rounds / 2),
                        b = other.Order().ElementAt(Rounds / 2);
                    Console.WriteLine(
                        $"{run.Folder.Name, -24} {pass, -7} {batch, 5} {a, 10:N0} {b, 10:N0} {a / b, 6:F2}"
                    );
                }
            }
        }
        Directory.Delete(folder, recursive: true);
        return 0;
    }

    /// <summary>Calls per second, after one call that is not timed.</summary>
    private static double Rate(Action action)
    {
        action();
        var watch = Stopwatch.StartNew();
        int calls = 0;
        while (watch.Elapsed.TotalSeconds < SecondsPerTurn)
        {
            action();
            calls++;
        }
        return calls / watch.Elapsed.TotalSeconds;
    }

    /// <summary>The first test images as intensities, and their classes for a conditional model.</summary>
    private static (float[] Images, byte[] Labels) TestImages(LoadedRun run)
    {
        var test = run.Data.Test;
        int[] first = [.. Enumerable.Range(0, Math.Min(Images, test.Count))];
        return (
            test.ToIntensities(first),
            run.Model.IsConditional ? [.. first.Select(i => test.Labels!.Value.Span[i])] : []
        );
    }

    private static void WriteExpected(
        string path,
        GenerativeModel model,
        float[] images,
        byte[] labels,
        float[] codes,
        float[] decoded
    )
    {
        var (channels, height, width) = model.ImageShape;
        int count = codes.Length / model.LatentDim;
        Shape maps = [count, channels, height, width];
        var tensors = new List<SafetensorsTensor>
        {
            new("image", maps, images),
            new("mean", [count, model.LatentDim], codes),
            new("reconstruction", maps, decoded),
        };
        if (labels.Length > 0)
            tensors.Add(new("label", [count], [.. labels.Select(label => (float)label)]));
        SafetensorsWriter.Write(path, tensors);
    }

    private static long Size(string folder, string half) => new FileInfo(Path.Combine(folder, $"{half}.onnx")).Length;

    private static double Difference(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs((double)x - y)).Max();
}

/// <summary>The exported files of a model in ONNX Runtime.</summary>
internal sealed class OnnxPeer : IDisposable
{
    private readonly GenerativeModel _model;
    private readonly SessionOptions _options = new() { IntraOpNumThreads = Environment.ProcessorCount };
    private readonly InferenceSession _encoder;
    private readonly InferenceSession _decoder;

    public OnnxPeer(string folder, GenerativeModel model)
    {
        _model = model;
        _encoder = new InferenceSession(Path.Combine(folder, "encoder.onnx"), _options);
        _decoder = new InferenceSession(Path.Combine(folder, "decoder.onnx"), _options);
    }

    public void Dispose()
    {
        _encoder.Dispose();
        _decoder.Dispose();
        _options.Dispose();
    }

    public float[] Encode(float[] images, byte[] labels) =>
        Run(_encoder, "image", Maps(images), images, labels, "mean");

    public float[] Clusters(float[] images) =>
        Run(_encoder, "image", Maps(images), images, [], "cluster_probabilities");

    public float[] Decode(float[] codes, byte[] labels) =>
        Run(_decoder, "code", [codes.Length / _model.LatentDim, _model.LatentDim], codes, labels, "image");

    private long[] Maps(float[] images)
    {
        var (channels, height, width) = _model.ImageShape;
        return [images.Length / _model.ImageShape.PixelCount, channels, height, width];
    }

    private static float[] Run(
        InferenceSession session,
        string name,
        long[] shape,
        float[] values,
        byte[] labels,
        string wanted
    )
    {
        using var options = new RunOptions();
        using var argument = OrtValue.CreateTensorValueFromMemory(values, shape);
        using var classes = OrtValue.CreateTensorValueFromMemory(
            labels.Select(label => (long)label).ToArray(),
            [labels.Length]
        );
        Dictionary<string, OrtValue> arguments = new() { [name] = argument };
        if (labels.Length > 0)
            arguments["class"] = classes;
        using var results = session.Run(options, arguments, [wanted]);
        return results[0].GetTensorDataAsSpan<float>().ToArray();
    }
}
