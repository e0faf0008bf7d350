using System.Text.RegularExpressions;

namespace Elbo.Tests;

/// <summary>
/// Files are written in few places, each of which knows what a kill or a power failure leaves behind.
/// </summary>
public partial class FileWritingTests
{
    /// <summary>The files of the library that change the disk themselves, and why each is safe.</summary>
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["Formats/AtomicFile.cs"] = "writes a temporary file and renames it",
        ["Formats/FileSet.cs"] = "moves complete files, and can undo or finish it",
        ["Formats/FolderSync.cs"] = "swaps complete folders",
        ["Formats/StagingFolder.cs"] = "deletes temporary folders; holds a lock",
        ["Formats/TensorBoard/EventFile.cs"] = "appends records with checksums; an incomplete one is cut off",
        ["Workflows/OutputFolder.cs"] = "writes to a temporary folder, which is flushed and renamed",
        ["Data/Download/PartialFile.cs"] = "appends to a .part file, whose digest decides whether it gets its name",
        ["Training/CheckpointStore.cs"] = "deletes old checkpoints when the new one is on disk",
        ["Training/Runs/ClusterNames.cs"] = "deletes one file",
        ["Training/Runs/RunFolder.cs"] = "deletes a run that --overwrite replaces; holds a lock",
        ["Data/Folder/ImageCache.cs"] = "deletes old caches",
    };

    [Fact]
    public void Nothing_else_in_the_sources_writes_moves_or_deletes_files()
    {
        string source = Repository.File("src");
        var writing = Directory
            .EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Select(file => (File: Path.GetRelativePath(source, file).Replace('\\', '/'), Code: File.ReadAllText(file)))
            .Where(file => !file.File.Split('/').Any(part => part is "bin" or "obj"))
            .Where(file => Writes().IsMatch(file.Code));
        Assert.Equal(
            Allowed.Keys.Select(file => "Elbo/" + file).Order(StringComparer.Ordinal),
            writing.Select(file => file.File).Order(StringComparer.Ordinal)
        );
    }

    [Theory]
    [InlineData("File.WriteAllBytes(path, bytes);")]
    [InlineData("using var file = new FileStream(path, FileMode.Append);")]
    [InlineData("using var handle = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite);")]
    [InlineData("using var text = new StreamWriter(path);")]
    [InlineData("System.IO.File.Copy(a, b);")]
    [InlineData("Directory.Delete(path, recursive: true);")]
    [InlineData("new FileInfo(path).MoveTo(other);")]
    [InlineData("ZipFile.CreateFromDirectory(a, b);")]
    [InlineData("file.Delete();")]
    public void Such_code_would_be_found(string code) => Assert.Matches(Writes(), code);

    [GeneratedRegex(
        @"\bFile\.(Write|Append|Create|Copy|Move|Replace|OpenWrite|Delete)|\bDirectory\.(Move|Delete)"
            + @"|\bFileMode\.(Create|CreateNew|OpenOrCreate|Append|Truncate)\b|\bFileAccess\.(Write|ReadWrite)\b"
            + @"|\bnew StreamWriter\((path|file)|\bZipFile\.(Create|Extract|Open\()|\bFileInfo\(\w+\)\.(MoveTo|CopyTo|Create|Open)|\.Delete\(\);"
    )]
    private static partial Regex Writes();
}
