using System.Text;
using Elbo.Imaging;
using Elbo.Selection;
using Elbo.Workflows;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Workflows.Selecting;

/// <summary>A second selection after the first is labelled, and the files that a person labels.</summary>
[Collection(TinyRunTests.Name)]
public sealed class SelectionRoundsTests : IDisposable
{
    private readonly TinyRun _run;
    private readonly TemporaryFolder _folder = new();

    public SelectionRoundsTests(TinyRun run)
    {
        _run = run;
        foreach (int i in Enumerable.Range(0, 40))
            Save($"pictures/{(i % 2 == 0 ? "a" : "b")}/{i / 2:D2}.png", i);
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_table_of_a_round_leads_to_the_next_with_its_labels_filled_in()
    {
        var first = Select(10, null, "1");
        string[] lines = File.ReadAllLines(_folder.File("1/labels.csv"));
        Assert.Equal(["file,label", .. Files("1").Select(file => $"{file},{file[0]}")], lines);
        // Classes of the folder are known; a person corrects one label and leaves two images out.
        lines[1] = lines[1].Split(',')[0] + ",\"dog, small\"";
        (lines[3], lines[4]) = (lines[3].Split(',')[0] + ",", lines[4].Split(',')[0] + ", ");
        File.WriteAllLines(_folder.File("done.csv"), [.. lines, "c/99.png,cat"]);
        var second = Select(12, "done.csv", "2");
        string[] labelled = [.. Files("1").Where((_, k) => k is not (2 or 3))];
        Assert.Empty(Files("2").Intersect(labelled));
        Assert.Equal(
            "8 labelled images of done.csv count as chosen; after this choice, 20 of 40 images of pictures are left.",
            second.Notes[0]
        );
        Assert.Equal(
            $"1 of 9 labelled images of {_folder.File("done.csv")} is not among the images of pictures: c/99.png.",
            second.Notes[1]
        );
        string[] next = File.ReadAllLines(_folder.File("2/labels.csv"));
        Assert.Equal(1 + 8 + 1 + 12, next.Length);
        Assert.Equal(labelled.Order(StringComparer.Ordinal), next[1..9].Select(line => line.Split(',')[0]).Order());
        Assert.Contains($"{Files("1")[0]},\"dog, small\"", next);
        Assert.Equal("c/99.png,cat", next[9]);
        Assert.Equal(Files("2"), next[10..].Select(line => line.Split(',')[0]));
        File.Copy(_folder.File("2/labels.csv"), _folder.File("done2.csv"));
        Assert.Empty(Select(20, "done2.csv", "3").Result.Indices().Intersect(second.Result.Indices()));
        Assert.Equal(10, first.Result.Images.Count);
    }

    [Fact]
    public void Files_and_labels_that_look_like_formulas_reach_the_next_round()
    {
        Directory.Delete(_folder.File("pictures"), recursive: true);
        foreach (int i in Enumerable.Range(0, 12))
            Save($"pictures/{(i % 2 == 0 ? "=1+1" : "-2+3")}{i}.png", i);
        Select(4, null, "1");
        string[] first = [.. File.ReadAllLines(_folder.File("1/labels.csv")).Skip(1)];
        Assert.All(first, line => Assert.Matches(@"^'(=1\+1|-2\+3)\d+\.png,$", line));
        File.WriteAllLines(_folder.File("done.csv"), ["file,label", .. first.Select(line => line + "@x")]);
        var second = Select(4, "done.csv", "2");
        Assert.StartsWith("4 labelled images of done.csv count as chosen; ", second.Notes[0]);
        string[] next = File.ReadAllLines(_folder.File("2/labels.csv"));
        Assert.Equal(first.Select(line => line + "'@x").Order(), next[1..5].Order());
        Assert.Equal(8, next[1..].Select(line => line.Split(',')[0]).Distinct().Count());
        // selection.csv serves too.
        File.Copy(_folder.File("2/selection.csv"), _folder.File("chosen.csv"));
        string[] chosen = File.ReadAllLines(_folder.File("chosen.csv"));
        Assert.All(chosen.Skip(1), line => Assert.Matches(@"^\d+,\d+,'(=1\+1|-2\+3)\d+\.png,", line));
    }

    [Fact]
    public void A_spreadsheets_table_with_other_columns_and_paths_is_read()
    {
        string absolute = Path.GetFullPath(_folder.File("pictures/b/03.png"));
        File.WriteAllText(
            _folder.File("excel.csv"),
            $"Nr;Label ;FILE\n1;x;a/00.png\n2;;a/01.png\n3;y;{absolute}\n4;z;pictures/a/05.png\n",
            new UTF8Encoding(encoderShouldEmitUTF8Identifier: true)
        );
        var summary = Select(37, "excel.csv", "e");
        Assert.Equal(
            ["a/00.png", "a/05.png", "b/03.png"],
            Enumerable
                .Range(0, 20)
                .SelectMany(i => new[] { $"a/{i:D2}.png", $"b/{i:D2}.png" })
                .Except(Files("e"))
                .Order()
        );
        Assert.StartsWith("3 labelled images of excel.csv", summary.Notes[0]);
        Assert.Contains("after this choice, 0 of 40", summary.Notes[0]);
    }

    [Fact]
    public void Copies_of_a_labelled_image_are_not_offered()
    {
        File.Copy(_folder.File("pictures/a/04.png"), _folder.File("pictures/b/copy.png"));
        File.Copy(_folder.File("pictures/a/05.png"), _folder.File("pictures/b/copy2.png"));
        File.WriteAllText(_folder.File("done.csv"), "file,label\nb/copy.png,1\n");
        var summary = SelectWorkflow.Run(_run.Loaded, Options("done.csv", "c") with { Budget = null });
        Assert.DoesNotContain("a/04.png", Files("c"));
        Assert.Equal((42, 40), (summary.PoolCount, summary.Result.Images.Count));
        Assert.StartsWith("1 labelled image of done.csv counts as chosen, and so does 1 copy;", summary.Notes[0]);
        Assert.StartsWith("copies: 2 of 42 images, equal to an earlier one", summary.Notes[1]);
        Assert.Equal("only 39 different images could be chosen; 1 of 40 is a copy.", summary.Notes[2]);
    }

    [Fact]
    public void Images_that_are_no_files_are_labelled_by_index()
    {
        File.WriteAllText(
            _folder.File("digits.csv"),
            "order,index,file,label\n1,7,images/selected/1.png,seven\n2,9,x,\n"
        );
        var options = new SelectOptions
        {
            Strategy = "random",
            Budget = 1_999,
            Output = _folder.File("d"),
        };
        var summary = SelectWorkflow.Run(_run.Loaded, options with { Labelled = _folder.File("digits.csv") });
        Assert.Equal(Enumerable.Range(0, 2_000).Where(i => i != 7), summary.Result.Indices().Order());
        Assert.Equal(["index,label", "7,seven"], File.ReadLines(_folder.File("d/labels.csv")).Take(2));
    }

    [Theory]
    [InlineData(
        "file,label\nx.png,1\ny.png,2\nz.png,3\nv.png,4\n",
        "no labelled image of * is among the images of pictures: x.png, y.png, z.png and 1 more."
    )]
    [InlineData("file,label\na/00.png,\n", "* has no labels; fill in the column label.")]
    [InlineData("name,label\na/00.png,1\n", "* has the columns name, label; it needs label and file.")]
    [InlineData("", "* has the columns ; it needs label and file.")]
    [InlineData(
        "file,label\na/00.png,1\n./pictures/a/00.png,2\n",
        "*, row 2: ./pictures/a/00.png has the label 2; in row 1, it has 1."
    )]
    [InlineData("file,label\n,1\n", "*, row 1: has the label 1, but no file.")]
    [InlineData("index,label\none,1\n", "*, row 1: 'one' is not a whole number.")]
    public void A_table_that_does_not_fit_is_refused(string text, string complaint)
    {
        File.WriteAllText(_folder.File("bad.csv"), text);
        Assert.Equal(
            complaint.Replace("*", _folder.File("bad.csv"), StringComparison.Ordinal),
            Assert.Throws<InvalidDataException>(() => Select(2, "bad.csv", "x")).Message
        );
        Assert.False(Directory.Exists(_folder.File("x")));
    }

    [Fact]
    public void A_budget_is_of_the_images_without_a_label()
    {
        File.WriteAllLines(
            _folder.File("most.csv"),
            Enumerable.Range(0, 20).Select(i => $"a/{i:D2}.png,1").Prepend("file,label")
        );
        Assert.Equal(
            "budget is 21; there are 20 images of pictures without a label.",
            Assert.Throws<ArgumentException>(() => Select(21, "most.csv", "x")).Message
        );
        File.WriteAllLines(
            _folder.File("all.csv"),
            Enumerable.Range(0, 40).Select(i => $"{(i < 20 ? "a" : "b")}/{i % 20:D2}.png,1").Prepend("file,label")
        );
        Assert.Equal(
            "all 40 images of pictures are labelled; none is left to choose.",
            Assert.Throws<ArgumentException>(() => Select(1, "all.csv", "x")).Message
        );
    }

    [Fact]
    public void The_files_of_chosen_images_are_copied_byte_for_byte()
    {
        // Bytes after the end of a PNG belong to the file, not to the picture.
        File.AppendAllText(_folder.File("pictures/a/07.png"), "trailing");
        var summary = Select(40, null, "all");
        for (int k = 0; k < 40; k++)
        {
            string name = Files("all")[k];
            Assert.Equal(
                File.ReadAllBytes(_folder.File($"pictures/{name}")),
                File.ReadAllBytes(
                    _folder.File(
                        $"all/images/selected/{k + 1:D4}-{summary.Result.Images[k].Index:D5}-{Path.GetFileName(name)}"
                    )
                )
            );
        }
        Assert.Equal(120, Directory.GetFiles(_folder.File("all/images/selected")).Length);
    }

    [Fact]
    public void A_file_that_is_gone_leaves_nothing_half_written()
    {
        var progress = new DeleteWhenWriting(_folder.File("pictures"));
        var complaint = Assert.Throws<FileNotFoundException>(() =>
            SelectWorkflow.Run(_run.Loaded, Options(null, "gone") with { Budget = 40 }, progress)
        );
        Assert.EndsWith(
            ".png was chosen, but the file is gone; nothing was written. Put it back, or choose again.",
            complaint.Message
        );
        Assert.Equal(["pictures"], Directory.EnumerateFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("a/b/photo.jpg", "photo.jpg")]
    [InlineData(@"C:\photos\photo.jpg", "photo.jpg")]
    [InlineData("-rf *?.png", "-rf __.png")]
    [InlineData("a:b|c<d>\"e\n\t.tif", "a_b_c_d__e__.tif")]
    [InlineData("decoded.PNG", "original-decoded.PNG")]
    [InlineData("name. . ", "name")]
    [InlineData("Straße 日本.webp", "Straße 日本.webp")]
    public void Names_of_copies_are_safe(string path, string name) =>
        Assert.Equal(name, SelectionPictures.SafeName(path));

    [Fact]
    public void Long_names_are_cut_and_keep_their_ending()
    {
        Assert.Equal(new string('x', 116) + ".png", SelectionPictures.SafeName(new string('x', 250) + ".png"));
        string cut = SelectionPictures.SafeName(string.Concat(Enumerable.Repeat("𝄞", 60)) + ".jpeg");
        Assert.Equal(string.Concat(Enumerable.Repeat("𝄞", 28)) + ".jpeg", cut);
        Assert.Equal(120, Encoding.UTF8.GetByteCount(SelectionPictures.SafeName("a." + new string('e', 200))));
    }

    private SelectionSummary Select(int budget, string? labelled, string output) =>
        SelectWorkflow.Run(_run.Loaded, Options(labelled, output) with { Budget = budget });

    private SelectOptions Options(string? labelled, string output) =>
        new()
        {
            Strategy = "k-medoids",
            Choice = ImageChoice.OfPath(_folder.File("pictures")),
            Labelled = labelled is null ? null : _folder.File(labelled),
            Output = _folder.File(output),
        };

    /// <summary>The column <c>file</c> of a selection.</summary>
    private string[] Files(string output) =>
        [.. File.ReadLines(_folder.File($"{output}/selection.csv")).Skip(1).Select(line => line.Split(',')[2])];

    private void Save(string name, int seed)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.File(name))!);
        byte[] pixels = new byte[28 * 28];
        // A white bar of another place and length per image.
        for (int x = 0; x <= 4 + (seed / 4); x++)
            pixels.AsSpan((((seed % 20) + 4) * 28) + x + 4, 1).Fill(255);
        for (int y = 0; y <= seed % 8; y++)
            pixels[((y + 8) * 28) + 4 + (seed / 2)] = 255;
        File.WriteAllBytes(_folder.File(name), PngEncoder.Encode(28, 28, 1, pixels));
    }

    private sealed class DeleteWhenWriting(string folder) : IProgress<WorkflowProgress>
    {
        public void Report(WorkflowProgress value)
        {
            if (value.Stage == "writing")
                File.Delete(Path.Combine(folder, "b", "11.png"));
        }
    }
}
