using Elbo.Data;
using Elbo.Figures;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Exploring;

/// <summary>Images with their latent codes.</summary>
/// <param name="Images">The images.</param>
/// <param name="Codes">Means of q(z|x), (N, <paramref name="Dimensions"/>), row-major.</param>
/// <param name="Dimensions">Number of latent dimensions.</param>
internal sealed record EncodedImages(ImageDataset Images, float[] Codes, int Dimensions)
{
    /// <summary>Number of images.</summary>
    public int Count => Images.Count;

    /// <summary>Encodes images with the model of a run.</summary>
    public static EncodedImages Of(LoadedRun run, ImageDataset images, CancellationToken cancellation) =>
        new(images, ModelInputs.Codes(run.Model, run.Config, images, images.Count, cancellation), run.Model.LatentDim);

    /// <summary>The code of one image.</summary>
    public ReadOnlySpan<float> Code(int index) => Codes.AsSpan(index * Dimensions, Dimensions);

    /// <summary>A copy of the codes of some images, row-major.</summary>
    public float[] Rows(IReadOnlyList<int> indices)
    {
        float[] rows = new float[indices.Count * Dimensions];
        for (int i = 0; i < indices.Count; i++)
            Code(indices[i]).CopyTo(rows.AsSpan(i * Dimensions));
        return rows;
    }

    /// <summary>Euclidean distance of a code from a point.</summary>
    public double Distance(int index, ReadOnlySpan<double> point)
    {
        double sum = 0;
        var code = Code(index);
        for (int d = 0; d < code.Length; d++)
            sum += (code[d] - point[d]) * (code[d] - point[d]);
        return Math.Sqrt(sum);
    }

    /// <summary>Index of the images by the full path of their files; empty if they are not files.</summary>
    public Dictionary<string, int> FilePositions()
    {
        var result = new Dictionary<string, int>();
        for (int i = 0; i < Count && Images.FileNames is not null; i++)
            result.TryAdd(Path.GetFullPath(Images.FilePath(i)!), i);
        return result;
    }

    /// <summary>
    /// Index of an image in <see cref="FilePositions"/> of other images, if it is the same file; −1 if it is not.
    /// </summary>
    public static int Itself(ImageDataset images, int index, Dictionary<string, int> files) =>
        images.FilePath(index) is { } path ? files.GetValueOrDefault(Path.GetFullPath(path), -1) : -1;

    /// <summary>An image for a figure.</summary>
    public Bitmap Picture(int index) => Bitmap.FromImage(Images.Image(index), Images.Shape);

    /// <summary>Name of an image for a figure: its file without folders, or its index.</summary>
    public string Name(int index) => Images.FileNames is { } names ? Path.GetFileName(names[index]) : $"index {index}";
}

/// <summary>
/// Writes images into folders: copies of their files, byte for byte, or PNGs named by index if they are not files.
/// </summary>
/// <remarks>Files of the same name get a number: <c>a.jpg</c>, <c>a-2.jpg</c>.</remarks>
internal sealed class OriginalFiles(ImageDataset images)
{
    private readonly HashSet<string> _taken = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Writes one image to <paramref name="folder"/>.</summary>
    /// <exception cref="IOException">The file no longer exists, or cannot be read or written.</exception>
    public void Write(int index, string folder)
    {
        Directory.CreateDirectory(folder);
        if (images.FilePath(index) is not { } file)
        {
            StagedFile.Write(
                Path.Combine(folder, $"{index:D5}.png"),
                Bitmap.FromImage(images.Image(index), images.Shape).EncodePng()
            );
            return;
        }
        var (name, ending) = (Path.GetFileNameWithoutExtension(file), Path.GetExtension(file));
        string path = Path.Combine(folder, name + ending);
        for (int i = 2; !_taken.Add(path); i++)
            path = Path.Combine(folder, $"{name}-{i}{ending}");
        StagedFile.Copy(file, path);
    }
}
