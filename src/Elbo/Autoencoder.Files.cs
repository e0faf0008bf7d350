using Elbo.Engine;
using Elbo.Models;
using Elbo.Training;
using Elbo.Training.Runs;

namespace Elbo;

/// <content>Saving and loading.</content>
public sealed partial class Autoencoder
{
    /// <summary>
    /// Writes <c>model.safetensors</c>, <c>config.json</c> and, after training, <c>metrics.csv</c> to a folder, which
    /// is created if missing.
    /// </summary>
    /// <remarks>
    /// <see cref="Load"/> reads the folder, and so do commands such as <c>elbo generate</c>. Commands that show images
    /// of the dataset require a dataset of the catalog. If saving fails, the folder is unchanged. Other files in it
    /// stay. If the process dies while it replaces the files, <see cref="Load"/> finds the old files or the new ones.
    /// </remarks>
    /// <param name="folder">Path of the folder.</param>
    /// <param name="overwrite">Whether to replace the files of an autoencoder that was saved there.</param>
    /// <exception cref="ArgumentException">A weight is not finite.</exception>
    /// <exception cref="IOException">
    /// The folder cannot be written; it has one of the files and <paramref name="overwrite"/> is false; or it contains
    /// a run of <c>elbo train</c> with checkpoints, which would not match these weights.
    /// </exception>
    public void Save(string folder, bool overwrite = false)
    {
        using var turn = _gate.Use(nameof(Save));
        RunFolder.SaveModel(folder, overwrite, WriteFiles);
    }

    private void WriteFiles(RunFolder files)
    {
        RunSettings.Save(_config, files);
        if (History.Count > 0)
            new MetricsTable(History).Save(files.Metrics);
        ModelFile.Save(Model, files.Model);
    }

    /// <summary>
    /// Loads an autoencoder from a folder written by <see cref="Save"/> or <c>elbo train</c>, or from a
    /// <c>model.safetensors</c> file.
    /// </summary>
    /// <param name="path">Path of the folder or the file.</param>
    /// <param name="device">
    /// Device to compute on, which the caller disposes; null creates one on all processors, which <see cref="Dispose"/>
    /// releases.
    /// </param>
    /// <exception cref="IOException">The folder or file does not exist or cannot be read.</exception>
    /// <exception cref="InvalidDataException">
    /// The folder or file is damaged, has no weights, or has weights that are not finite.
    /// </exception>
    /// <exception cref="ArgumentException">The path is empty.</exception>
    public static Autoencoder Load(string path, Device? device = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        if (File.Exists(path))
            return Open(path, new RunConfig(), [], device);
        var folder = RunFolder.Open(path);
        if (!File.Exists(folder.Model))
            throw new InvalidDataException($"{path} has no weights: there is no {Path.GetFileName(folder.Model)}.");
        var config = RunSettings.Load(folder);
        IReadOnlyList<EpochMetrics> history = File.Exists(folder.Metrics) ? MetricsTable.Load(folder.Metrics).Rows : [];
        return Open(folder.Model, config, history, device);
    }

    private static Autoencoder Open(string file, RunConfig config, IReadOnlyList<EpochMetrics> history, Device? device)
    {
        var ownDevice = device is null ? new Device() : null;
        try
        {
            var model = ModelFile.Open(file, device ?? ownDevice!);
            return new Autoencoder(model, config, ownDevice) { History = history };
        }
        catch
        {
            ownDevice?.Dispose();
            throw;
        }
    }
}
