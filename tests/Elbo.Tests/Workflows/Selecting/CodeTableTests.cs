using System.Text.Json.Nodes;
using Elbo.Engine;
using Elbo.Formats.Numpy;
using Elbo.Imaging;
using Elbo.Selection;
using Elbo.Tests.Selection;
using Elbo.Workflows;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Workflows.Selecting;

/// <summary>Selections from codes that come from elsewhere.</summary>
public sealed class CodeTableTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Names => SelectionCatalogTests.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void A_strategy_chooses_from_codes_as_from_a_pool_or_says_that_it_needs_a_run(string name)
    {
        var pool = SmallPool.Clustered(90, 5, clusters: 4);
        File.WriteAllBytes(_folder.File("clip.npy"), NpyWriter.Bytes(pool.Codes.Span, 90, 5));
        var options = new SelectOptions
        {
            Codes = _folder.File("clip.npy"),
            Strategy = name,
            Budget = 12,
            Seed = 3,
            Output = _folder.File("s"),
        };
        if (name == "vote-mi")
        {
            Assert.Equal(
                "vote-mi compares the images that a model decodes from the codes; it needs a run, not only codes.",
                Assert.Throws<ArgumentException>(() => SelectWorkflow.Run(options)).Message
            );
            Assert.False(Directory.Exists(_folder.File("s")));
            return;
        }
        var summary = SelectWorkflow.Run(options);
        Assert.Equal(
            SelectionCatalog.Get(name).Create().Select(pool, 12, new Rng(3).Fork("selection")).Indices(),
            summary.Result.Indices()
        );
        Assert.Equal(("images of clip", 90), (summary.Subject, summary.PoolCount));
        string[][] rows = [.. File.ReadLines(_folder.File("s/selection.csv")).Skip(1).Select(line => line.Split(','))];
        Assert.Equal(summary.Result.Indices().Select(i => $"{i}"), rows.Select(row => row[1]));
        Assert.All(rows, row => Assert.Equal("", row[2]));
        Assert.Equal(
            ["groups.pdf", "groups.png", "groups.svg", "labels.csv", "random-and-selection.pdf"],
            Directory.GetFileSystemEntries(_folder.File("s")).Select(Path.GetFileName).Order().Take(5)
        );
        Assert.Equal(
            _folder.File("clip.npy"),
            JsonNode.Parse(File.ReadAllText(_folder.File("s/selection.json")))!["codes"]!.GetValue<string>()
        );
    }

    [Fact]
    public void Codes_in_each_format_are_the_same()
    {
        float[] codes = [1, 2.5f, -3, 0, 1e-3f, 6];
        File.WriteAllBytes(_folder.File("a.npy"), NpyWriter.Bytes(codes, 2, 3));
        NpzFile.Save(
            _folder.File("b.npz"),
            ("labels", NpyWriter.Bytes([1L, 2L])),
            ("anything", NpyWriter.Bytes(codes, 2, 3)),
            ("files", NpyWriter.Bytes(["über/α.png", "b.png"]))
        );
        NpzFile.Save(
            _folder.File("c.npz"),
            ("other", NpyWriter.Bytes(codes, 3, 2)),
            ("embeddings", NpyWriter.Bytes(codes, 2, 3))
        );
        File.WriteAllText(_folder.File("d.csv"), "file,z1,z2,z3,category\nüber/α.png,1,2.5,-3,x\nb.png,0,1e-3,6,\n");
        File.WriteAllText(_folder.File("e.csv"), "1;2.5;-3\n0;0.001;6\n");
        foreach (string name in new[] { "a.npy", "b.npz", "c.npz", "d.csv", "e.csv" })
        {
            var table = CodeTable.Read(_folder.File(name));
            Bits.AssertEqual(codes, table.Codes);
            Assert.Equal((2, 3), (table.Count, table.Dimensions));
            Assert.Equal(name is "b.npz" or "d.csv" ? ["über/α.png", "b.png"] : null, table.Files);
            // There are no such files.
            Assert.Null(table.Paths);
            Assert.Equal(table.Files is null ? 0 : 1, table.Remarks.Count);
        }
    }

    [Fact]
    public void The_files_of_a_list_are_copied_shown_and_compared()
    {
        Directory.CreateDirectory(_folder.File("photos"));
        float[] codes = new float[36];
        for (int i = 0; i < 12; i++)
        {
            // Pictures of two sizes; the last is a copy of the first.
            byte[] pixels = [.. Enumerable.Range(0, 3 * 40 * 20).Select(p => (byte)(p * (i % 11) / 9))];
            File.WriteAllBytes(
                _folder.File($"photos/{i}.png"),
                i % 2 == 0 || i == 11 ? PngEncoder.Encode(40, 20, 3, pixels) : PngEncoder.Encode(20, 40, 3, pixels)
            );
            (codes[3 * i], codes[(3 * i) + 1]) = (i, i * i);
        }
        File.WriteAllText(_folder.File("photos/3.png"), "not a picture");
        File.WriteAllBytes(_folder.File("clip.npy"), NpyWriter.Bytes(codes, 12, 3));
        File.WriteAllLines(_folder.File("list.txt"), Enumerable.Range(0, 12).Select(i => $"photos/{i}.png"));
        var options = new SelectOptions
        {
            Codes = _folder.File("clip.npy"),
            Files = _folder.File("list.txt"),
            Strategy = "k-center-greedy",
            Budget = 11,
            Output = _folder.File("s"),
        };
        var summary = SelectWorkflow.Run(options);
        Assert.Equal(Enumerable.Range(0, 11), summary.Result.Indices().Order());
        Assert.StartsWith("copies: 1 of 12 images, equal to an earlier one", summary.Notes[0]);
        Assert.StartsWith($"{_folder.File("photos/3.png")} is not on the contact sheet: ", summary.Notes[^1]);
        for (int k = 0; k < 11; k++)
        {
            int index = summary.Result.Images[k].Index;
            Assert.Equal(
                File.ReadAllBytes(_folder.File($"photos/{index}.png")),
                File.ReadAllBytes(_folder.File($"s/images/selected/{k + 1:D4}-{index:D5}-{index}.png"))
            );
        }
        Assert.Equal(11, Directory.GetFiles(_folder.File("s/images/selected")).Length);
        var sheet = ImageDecoder.Read(_folder.File("s/contact-sheet.png"));
        Assert.True(sheet.Width > 4 * 96 && sheet.Height > 3 * 96, $"{sheet.Width}×{sheet.Height}");
        // The next round, by a name of the list.
        File.WriteAllText(_folder.File("done.csv"), "file,label\nphotos/0.png,zero\nphotos/5.png,five\n");
        var next = SelectWorkflow.Run(
            options with
            {
                Labelled = _folder.File("done.csv"),
                Budget = 9,
                Output = _folder.File("t"),
            }
        );
        Assert.Equal([1, 2, 3, 4, 6, 7, 8, 9, 10], next.Result.Indices().Order());
        Assert.StartsWith("2 labelled images of done.csv count as chosen, and so does 1 copy;", next.Notes[0]);
    }

    [Fact]
    public void Equal_files_are_found_by_their_bytes()
    {
        string[] contents = ["abc", "abd", "abc", "a", "", "abc", ""];
        string[] paths = [.. Enumerable.Range(0, 7).Select(i => _folder.File($"{i}"))];
        for (int i = 0; i < 7; i++)
            File.WriteAllText(paths[i], contents[i]);
        Assert.Equal([0, 1, 0, 3, 4, 0, 4], EqualFiles.First(paths));
    }

    [Theory]
    [InlineData("z1,z2\n1,nan\n", "*: number 2 of code 0 is NaN; codes are finite numbers.")]
    [InlineData("z1,z2\n1,\n", "*, row 1: '' is not a number.")]
    [InlineData("z1;z2\n1,5;2\n", "*, row 1: '1,5' has a comma; numbers have a decimal point.")]
    [InlineData("z1,z2\n", "* has no codes.")]
    [InlineData("file,label\na,b\n", "* has no column of codes; each dimension needs one, such as z1.")]
    public void A_table_without_codes_is_refused(string text, string complaint)
    {
        File.WriteAllText(_folder.File("bad.csv"), text);
        Assert.Equal(complaint.Replace("*", _folder.File("bad.csv"), StringComparison.Ordinal), Complaint("bad.csv"));
    }

    [Fact]
    public void Arrays_that_are_no_codes_are_refused()
    {
        File.WriteAllBytes(_folder.File("flat.npy"), NpyWriter.Bytes([1f, 2f], 2));
        Assert.Equal(
            $"{_folder.File("flat.npy")} has the shape (2,); codes need (N, D), a row per image.",
            Complaint("flat.npy")
        );
        NpzFile.Save(_folder.File("two.npz"), ("a", NpyWriter.Bytes([1f], 1, 1)), ("b", NpyWriter.Bytes([1f], 1, 1)));
        Assert.Equal(
            $"{_folder.File("two.npz")} has the arrays a, b; the codes must be called codes, embeddings, features or z.",
            Complaint("two.npz")
        );
        File.WriteAllText(_folder.File("x.pt"), "");
        Assert.Equal(
            $"'{_folder.File("x.pt")}' must end in .npy, .npz or .csv, the formats of codes.",
            Complaint("x.pt")
        );
        File.WriteAllBytes(_folder.File("c.npy"), NpyWriter.Bytes([1f, 2f], 2, 1));
        File.WriteAllText(_folder.File("one.txt"), "a.png\n\n");
        Assert.Equal(
            $"{_folder.File("one.txt")} names 1 files; {_folder.File("c.npy")} has 2 codes.",
            Complaint("c.npy", "one.txt")
        );
        File.WriteAllText(_folder.File("half.txt"), "c.npy\ngone.png\n");
        Assert.Equal(
            $"{_folder.File("half.txt")} names gone.png, which is not a file here or in {_folder.Path}.",
            Complaint("c.npy", "half.txt")
        );
    }

    [Fact]
    public void Options_of_runs_and_of_codes_do_not_mix()
    {
        string Refused(SelectOptions options) => Assert.Throws<ArgumentException>(options.Validate).Message;
        Assert.Equal(
            "files was given without codes; it names the images of codes.",
            Refused(new SelectOptions { Files = "a" })
        );
        Assert.StartsWith(
            "split was given with codes;",
            Refused(new SelectOptions { Codes = "a", Choice = ImageChoice.OfSplit("train") })
        );
        Assert.StartsWith(
            "images was given with codes;",
            Refused(new SelectOptions { Codes = "a", Choice = ImageChoice.OfPath("p") })
        );
        Assert.StartsWith(
            "all-images was given with codes;",
            Refused(new SelectOptions { Codes = "a", AllImages = true })
        );
        Assert.StartsWith(
            "neither a run nor codes were given",
            Assert.Throws<ArgumentException>(() => SelectWorkflow.Run(new SelectOptions())).Message
        );
    }

    private string Complaint(string codes, string? files = null) =>
        Assert
            .Throws<InvalidDataException>(() =>
                CodeTable.Read(_folder.File(codes), files is null ? null : _folder.File(files))
            )
            .Message;
}
