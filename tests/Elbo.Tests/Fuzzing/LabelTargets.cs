using System.Text;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Labelling;
using Elbo.Workflows.Selecting;

namespace Elbo.Tests.Fuzzing;

/// <summary>Files of selections and labellings, which people edit and pass on.</summary>
internal static class LabelTargets
{
    private const string Selection = "selections/one",
        Settings = """{"strategy":"random","split":"test","source":null,"notes":["A remark."]}""",
        Chosen = "rank,index,label\n1,3,7\n2,0,1\n";

    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        Of("labelling", ["LabelFiles"], LabelFiles.StateName, () => Files(LabelFiles.StateName), ReadLabels),
        Of("labels", ["LabelFiles"], LabelFiles.TableName, () => Files(LabelFiles.TableName), ReadLabels),
        Of(
            "selection",
            ["StoredSelection"],
            $"{Selection}/{SelectionWriter.SettingsName}",
            () => [Encoding.UTF8.GetBytes(Settings)],
            ReadSelection
        ),
        Of(
            "selected",
            ["StoredSelection"],
            $"{Selection}/{SelectionWriter.TableName}",
            () => [Encoding.UTF8.GetBytes(Chosen)],
            ReadSelection
        ),
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
            Tokens =
            [
                "\"classes\":[null]",
                "\"steps\":[{}]",
                "\"rounds\":[{\"images\":-1}]",
                "\"by\":\"file\"",
                "index",
            ],
            Writes = ["config.json", LabelFiles.StateName, LabelFiles.TableName, Selection],
        };

    /// <summary>The files of a labelling of three images with two classes, a skipped one and a step.</summary>
    private static IReadOnlyList<byte[]> Files(string name)
    {
        using var folder = InputFolder.Create();
        return [File.ReadAllBytes(Path.Combine(Labelling(folder.Path), name))];
    }

    private static string Labelling(string parent)
    {
        var book = LabelBook.Create(
            Path.Combine(parent, "book"),
            new LabelState { Choice = ImageChoice.OfSplit("test"), ByFile = false }.WithImages(
                ["4", "0", "2"],
                "random"
            )
        );
        book.Assign("4", "cat", "page");
        book.Skip("0", "page");
        book.AddClass("dog");
        return book.Folder;
    }

    private static Action<string> ReadLabels(TemporaryFolder folder)
    {
        string made = Labelling(folder.File("made"));
        foreach (string name in (string[])[LabelFiles.StateName, LabelFiles.TableName])
            File.Copy(Path.Combine(made, name), folder.File(name));
        Directory.Delete(folder.File("made"), recursive: true);
        return _ => new LabelFiles(folder.Path).Read();
    }

    private static Action<string> ReadSelection(TemporaryFolder folder)
    {
        Directory.CreateDirectory(folder.File(Selection));
        File.WriteAllText(folder.File("config.json"), "{}");
        File.WriteAllText(folder.File($"{Selection}/{SelectionWriter.SettingsName}"), Settings);
        File.WriteAllText(folder.File($"{Selection}/{SelectionWriter.TableName}"), Chosen);
        var run = RunFolder.Open(folder.Path);
        return _ => StoredSelection.Read(run, "one");
    }
}
