using System.Globalization;
using Elbo.Studio.Access;
using Elbo.Studio.Labelling;
using Elbo.Training.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Labelling;
using OpenQA.Selenium;

namespace Elbo.Studio.Tests.Labelling;

[Collection(StudioTests.Name)]
public class LabelRestTests(StudioSession studio) : LabelPageSteps(studio)
{
    [BrowserFact]
    public void The_rest_is_labelled_exported_and_offered_again()
    {
        Prepare();
        string[] files = ["r00.png", "c03.png", "d05.png", "r08.png", "c11.png", "d13.png", "r15.png", "c01.png"];
        var book = Book("rest", files);
        foreach (string file in files)
            book.Assign(file, file[0] == 'd' ? "=1+1" : Shapes.KindOf(file), "test");
        Studio.Open($"/label?run=shapes&labels={book.Name}", 1400, 2000);
        Studio.Click("#propagate");
        Browser.WaitFor("document.querySelector('#accuracy') !== null");
        Assert.Equal("40", Browser.Find("#propagated").Text);
        Studio.Look("label-rest");
        Studio.Click(".export-copy input");
        Studio.Click("#export");
        Browser.WaitFor("document.querySelectorAll('#exported a').length === 2");
        string[] rows = Download(Browser.Evaluate<string>("document.querySelector('#exported a').href")!);
        Assert.Equal(Expected(book), rows);
        Assert.Equal(
            rows.Skip(1)
                .Select(row => $"{row.Split(',')[2].TrimStart('\'')}/{row.Split(',')[1]}")
                .Order(StringComparer.Ordinal),
            Directory
                .GetFiles(Path.Combine(book.Folder, "export", "images"), "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Path.Combine(book.Folder, "export", "images"), file))
                .Order(StringComparer.Ordinal)
        );
        Type("#export-folder", Studio.Images);
        Studio.Click("#export");
        Studio.WaitForText($"{Studio.Images} exists already; name a new folder.");
        string other = Path.Combine(Studio.Images, "exported");
        Type("#export-folder", other);
        Studio.Click("#export");
        Studio.WaitForText($"Written to {other}");
        Assert.Equal(rows, File.ReadAllLines(Path.Combine(other, "all-labels.csv")));

        string least = rows.Skip(1)
            .Select(row => row.Split(','))
            .MinBy(cells => double.Parse(cells[4], CultureInfo.InvariantCulture))![1];
        Studio.Click(".least-sure input");
        Type("#round-least", "3");
        Studio.Click("#next-round");
        Studio.WaitForText("3 images added.");
        WaitForImage(least);
        Studio.WaitForText("Image 9 of 11");
        Browser.WaitFor("document.querySelector('#round-said').innerText.length > 0");
        Studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void A_second_round_counts_labelled_images_as_chosen()
    {
        var run = RunFolder.Open(Path.Combine(Studio.Runs, "first"));
        var book = LabelBook.Create(
            run.Labels("round"),
            new LabelState { Choice = ImageChoice.OfSplit("test"), ByFile = false }.WithImages(["5", "7", "11"], "test")
        );
        Studio.Open($"/label?run=first&labels={book.Name}");
        foreach (string name in (string[])["odd", "ODD", "<script>alert(1)</script>"])
        {
            string image = Shown();
            Type("#class-name", name + Keys.Enter);
            Browser.WaitFor(
                $"document.querySelector('#done') || document.querySelector('.desk').dataset.image !== '{image}'"
            );
        }
        Assert.Equal(["odd", "<script>alert(1)</script>"], Shared(book).State.Classes.ToArray());
        Type("#class-name", new string('x', 100) + Keys.Enter);
        Studio.WaitForText("the name of the class has 100 characters; it may have at most 60.");
        Choose("round-strategy", "random");
        Type("#round-budget", "4");
        Studio.Click("#next-round");
        Studio.WaitForText("4 images added.");
        Studio.WaitForText("Image 4 of 7");
        var images = Shared(book).State.Items.Select(item => item.Image).ToArray();
        Assert.Equal(7, images.Distinct().Count());
        Studio.RequireNoComplaints();
    }

    [BrowserFact]
    public async Task Only_image_files_below_the_allowed_folders_are_sent()
    {
        Prepare();
        using var client = new HttpClient();
        Assert.Equal(200, await Status(client, Studio.Server.Url));
        using var run = LoadedRun.Open(Run.Path);
        var images = run.Images(ImageChoice.OfPath(Photos));
        string good = Originals.Url(images, 0, Studio.Service<AllowedFolders>())!;
        Assert.Equal(200, await Status(client, Studio.Origin + good));
        foreach (
            string path in (string[])
                ["/etc/passwd", Run.Config, Path.Combine(Studio.Images, "../secret.png"), Photos + "/none.png"]
        )
        {
            await File.WriteAllTextAsync(Path.Combine(Studio.Images, "../secret.png"), "secret");
            string key = Convert
                .ToBase64String(System.Text.Encoding.UTF8.GetBytes(path))
                .Replace('+', '-')
                .Replace('/', '_')
                .TrimEnd('=');
            Assert.Equal(404, await Status(client, $"{Studio.Origin}/originals/{key}"));
        }
        Assert.Equal(404, await Status(client, $"{Studio.Origin}/originals/!"));
        Assert.Null(Originals.Url(images, 0, new AllowedFolders(Studio.Runs)));
    }

    private static async Task<int> Status(HttpClient client, string url)
    {
        using var answer = await client.GetAsync(url);
        return (int)answer.StatusCode;
    }

    /// <summary>The lines of the export, with votes counted one by one, over all distances.</summary>
    private IEnumerable<string> Expected(LabelBook book)
    {
        using var run = LoadedRun.Open(Run.Path);
        var images = EncodedImages.Of(run, run.Images(ImageChoice.OfPath(Photos)), default);
        var given = book.State.Items.ToDictionary(item => item.Image, item => item.Label!);
        var labelled = Enumerable
            .Range(0, images.Count)
            .Where(i => given.ContainsKey(images.Images.FileNames![i]))
            .ToArray();
        yield return "index,file,label,source,confidence";
        for (int i = 0; i < images.Count; i++)
        {
            string file = images.Images.FileNames![i];
            if (given.TryGetValue(file, out string? own))
            {
                yield return $"{i},{file},{Cell(own)},given,1";
                continue;
            }
            int image = i;
            var near = labelled
                .Select(j => (Label: given[images.Images.FileNames![j]], Distance: images.Distance(image, Point(j))))
                .OrderBy(pair => pair.Distance)
                .Take(5)
                .ToArray();
            var votes = near.GroupBy(pair => pair.Label)
                .Select(group => (group.Key, Weight: group.Sum(pair => 1 / pair.Distance)))
                .OrderByDescending(vote => vote.Weight)
                .ToArray();
            float confidence = (float)(votes[0].Weight / near.Sum(pair => 1 / pair.Distance));
            yield return string.Create(
                CultureInfo.InvariantCulture,
                $"{i},{file},{Cell(votes[0].Key)},propagated,{confidence:R}"
            );
        }

        double[] Point(int j) => Array.ConvertAll(images.Code(j).ToArray(), value => (double)value);

        static string Cell(string label) => label[0] == '=' ? "'" + label : label;
    }

    private string[] Download(string url)
    {
        string fetch =
            $"(() => {{ const r = new XMLHttpRequest(); r.open('GET', {StudioSession.Quote(url)}, false); "
            + "r.send(); return r.responseText; })()";
        return Browser.Evaluate<string>(fetch)!.TrimEnd().Split('\n');
    }
}
