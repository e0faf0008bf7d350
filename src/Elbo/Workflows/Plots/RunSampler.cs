using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Elbo.Engine;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Plots;

/// <summary>
/// The <see cref="MixtureSampler"/> of a run, fitted to the codes of its training images and kept in
/// <c>sampler.json</c>.
/// </summary>
/// <remarks>
/// The file has a digest of the weights and is replaced if they, or the number of components, are no longer those of
/// the fit.
/// </remarks>
public static class RunSampler
{
    /// <summary>Maximum number of training images whose codes the mixture is fitted to.</summary>
    public const int MostImages = 10_000;

    private const string WeightsKey = "weights_sha256",
        CodesKey = "codes",
        MixtureWeightsKey = "weights",
        MeansKey = "means",
        CovariancesKey = "covariances";

    /// <summary>Reads the run's mixture, or fits it and writes it to the run folder.</summary>
    /// <param name="run">The run. Its training images are read only for a fit.</param>
    /// <param name="components">Number of Gaussians, 1 or more.</param>
    /// <param name="cancellation">Cancels the fit.</param>
    /// <exception cref="ArgumentException">The run has too few training images for so many components.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The training images cannot be read, or the file cannot be written.</exception>
    public static MixtureSampler Get(LoadedRun run, int components, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(components);
        string digest = Digest(run.Model);
        if (Read(run.Folder.Sampler, digest, components, run.Model.LatentDim) is { } kept)
            return kept;
        var rng = new Rng(run.Config.Seed).Fork("sampler");
        var train = run.Data.Train;
        int latent = run.Model.LatentDim,
            count = Math.Min(train.Count, MostImages);
        long least = (long)components * (latent + 1);
        if (count < least)
            throw new ArgumentException(
                $"mixture-components is {components}; that many components in {latent} latent dimensions need the "
                    + $"codes of {least} training images or more, and {count} are used. Give at most {count / (latent + 1)}."
            );
        int[] chosen = [.. Enumerable.Range(0, train.Count)];
        rng.Fork("images").Shuffle<int>(chosen);
        var sampler = MixtureSampler.Fit(
            ModelInputs.Codes(run.Model, run.Config, train.Pick(chosen[..count]), count, cancellation),
            latent,
            components,
            rng.Fork("mixture"),
            run.Model.Device.Threads,
            cancellation
        );
        run.Folder.DeleteStrays();
        Write(run.Folder.Sampler, sampler, digest, count);
        return sampler;
    }

    /// <summary>SHA-256 of the names and values of all parameters and buffers.</summary>
    private static string Digest(GenerativeModel model)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (name, value) in model.Tensors)
        {
            hash.AppendData(Encoding.UTF8.GetBytes(name));
            hash.AppendData(MemoryMarshal.AsBytes(value.Read()));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The mixture in a file; null if there is none, or that of other weights or components.</summary>
    internal static MixtureSampler? Read(string path, string digest, int components, int latent)
    {
        if (!File.Exists(path))
            return null;
        string text = RegularFile.ReadAllText(path);
        try
        {
            var json = StrictJson.ParseObject(text, "it", "a mixture");
            var weights = Numbers(json, MixtureWeightsKey);
            if (json[WeightsKey]?.GetValue<string>() != digest || weights.Length != components)
                return null;
            var sampler = new MixtureSampler(weights, Numbers(json, MeansKey), Numbers(json, CovariancesKey));
            return sampler.Dimensions == latent
                ? sampler
                : throw new JsonException($"the means have {sampler.Dimensions} dimensions, not {latent}.");
        }
        catch (Exception e)
            when (e
                    is InvalidDataException
                        or JsonException
                        or InvalidOperationException
                        or FormatException
                        or ArgumentException
            )
        {
            throw new InvalidDataException(
                $"{path} is damaged: {FormatBoundary.Reason(e)} Delete it to fit the mixture again.",
                e
            );
        }
    }

    private static double[] Numbers(JsonObject json, string key) =>
        json[key] is JsonArray values
            ? [.. values.Select(value => value?.GetValue<double>() ?? double.NaN)]
            : throw new JsonException($"it has no array '{key}'.");

    private static void Write(string path, MixtureSampler sampler, string digest, int codes) =>
        AtomicFile.Write(
            path,
            stream =>
            {
                using var json = new Utf8JsonWriter(stream);
                json.WriteStartObject();
                json.WriteString(WeightsKey, digest);
                json.WriteNumber(CodesKey, codes);
                Write(json, MixtureWeightsKey, sampler.Weights);
                Write(json, MeansKey, sampler.Means);
                Write(json, CovariancesKey, sampler.Covariances);
                json.WriteEndObject();
            }
        );

    private static void Write(Utf8JsonWriter json, string key, ReadOnlySpan<double> values)
    {
        json.WriteStartArray(key);
        foreach (double value in values)
            json.WriteNumberValue(value);
        json.WriteEndArray();
    }
}
