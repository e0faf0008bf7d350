using Elbo.Imaging;
using Elbo.Studio.Layout;
using Elbo.Workflows;
using Microsoft.AspNetCore.Components.Forms;

namespace Elbo.Studio.Pages.Train;

/// <summary>What an upload has written.</summary>
/// <param name="Path">The new folder.</param>
/// <param name="Images">Number of its images.</param>
/// <param name="LeftOut">Why files were left out, one line each.</param>
internal sealed record UploadedImages(string Path, int Images, IReadOnlyList<string> LeftOut);

/// <summary>Writes images from a browser to a new folder, which appears when it is complete, or not at all.</summary>
internal static class ImageUpload
{
    /// <summary>Most files of an upload.</summary>
    public const int MostFiles = 5000;

    /// <summary>Largest file, in bytes.</summary>
    public const long LargestFile = 32L << 20;

    /// <summary>Most bytes of an upload.</summary>
    public const long MostBytes = 2L << 30;

    /// <summary>The limits in words.</summary>
    public static string Limits { get; } =
        $"At most {MostFiles:N0} files, {LargestFile >> 20} MB each, {MostBytes >> 30} GB together; "
        + $"{ImageDecoder.Formats}.";

    /// <summary>Why so many files are refused; null if they are not.</summary>
    public static string? Refuse(int count) =>
        count > MostFiles
            ? $"{count:N0} files came; at most {MostFiles:N0} can be uploaded at once. Copy the folder to this machine "
                + "and choose it with Browse."
            : null;

    /// <summary>Reads, checks and writes the files.</summary>
    /// <param name="files">The files. They are read on the current synchronisation context.</param>
    /// <param name="parent">The folder in which the new folder is created.</param>
    /// <param name="name">The wished name; a free one near it is used.</param>
    /// <param name="progress">Receives what is done.</param>
    /// <param name="cancellation">Cancels the upload. Nothing is left of it then.</param>
    /// <exception cref="ArgumentException">There are too many files, or too large ones.</exception>
    /// <exception cref="InvalidDataException">No file is an image.</exception>
    /// <exception cref="IOException">The folder cannot be written, or a file cannot be received.</exception>
    public static async Task<UploadedImages> RunAsync(
        IReadOnlyList<IBrowserFile> files,
        string parent,
        string name,
        IProgress<string> progress,
        CancellationToken cancellation
    )
    {
        RequireLimits(files);
        // An existing folder is never replaced, so none needs a mark.
        using var folder = OutputFolder.Choose(null, Path.Combine(parent, SafeFileName.Of(name, "")), "", false);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var leftOut = new List<string>();
        long received = 0,
            total = files.Sum(file => file.Size);
        for (int i = 0; i < files.Count; i++)
        {
            var file = files[i];
            progress.Report(
                $"Uploading file {i + 1:N0} of {files.Count:N0}, {Megabytes(received)} of {Megabytes(total)}"
            );
            byte[] content = await ReadAsync(file, cancellation);
            received += content.Length;
            try
            {
                await Task.Run(() => Write(folder.Staging, file.Name, content, names), cancellation);
            }
            catch (InvalidDataException e)
            {
                leftOut.Add(Problems.Text(e));
            }
        }
        if (names.Count == 0)
            throw new InvalidDataException(
                files.Count == 0
                    ? "no file came; choose image files."
                    : $"none of the files is an image that can be read; the first: {leftOut[0]}"
            );
        cancellation.ThrowIfCancellationRequested();
        folder.Complete();
        return new UploadedImages(folder.Path, names.Count, leftOut);
    }

    private static void RequireLimits(IReadOnlyList<IBrowserFile> files)
    {
        if (Refuse(files.Count) is { } refusal)
            throw new ArgumentException(refusal);
        if (files.FirstOrDefault(file => file.Size > LargestFile) is { } large)
            throw new ArgumentException(
                $"{large.Name} has {large.Size:N0} bytes; at most {LargestFile:N0} ({LargestFile >> 20} MB) can be "
                    + "uploaded. Leave it out, or copy the folder to this machine and choose it with Browse."
            );
        if (files.Sum(file => file.Size) is > MostBytes and var bytes)
            throw new ArgumentException(
                $"the files have {Megabytes(bytes)} together; at most {MostBytes >> 30} GB can be uploaded at once. "
                    + "Copy the folder to this machine and choose it with Browse."
            );
    }

    private static async Task<byte[]> ReadAsync(IBrowserFile file, CancellationToken cancellation)
    {
        // The stream gives no more bytes than the browser announced.
        await using var stream = file.OpenReadStream(LargestFile, cancellation);
        byte[] content = new byte[file.Size];
        int read = await stream.ReadAtLeastAsync(content, content.Length, throwOnEndOfStream: false, cancellation);
        return read == content.Length
            ? content
            : throw new IOException(
                $"{file.Name} ended after {read:N0} of {content.Length:N0} bytes; upload it again."
            );
    }

    /// <summary>Writes a file that is an image.</summary>
    /// <exception cref="InvalidDataException">It is none.</exception>
    private static void Write(string folder, string name, byte[] content, HashSet<string> names)
    {
        ImageDecoder.Decode(content, name, BackgroundColour.Black);
        // Commands take files for images by their extensions.
        string extension = Path.GetExtension(name).ToLowerInvariant();
        if (!ImageDecoder.Endings.Contains(extension))
            extension = $".{ImageDecoder.FormatOf(content)!.ToLowerInvariant()}";
        string safe = SafeFileName.Of(name, extension);
        for (int i = 2; !names.Add(safe); i++)
            safe = $"{Path.GetFileNameWithoutExtension(SafeFileName.Of(name, extension))}-{i}{extension}";
        StagedFile.Write(Path.Combine(folder, safe), content);
    }

    private static string Megabytes(long bytes) => $"{bytes / (double)(1 << 20):F1} MB";
}
