using System.Globalization;
using System.Text.Json.Nodes;
using Elbo.Studio.Runs;
using OpenQA.Selenium;

namespace Elbo.Studio.Tests.Runs;

/// <summary>The pages of runs in a browser.</summary>
[Collection(StudioTests.Name)]
public class RunsPageTests(StudioSession studio)
{
    private BrowserSession Browser => studio.Browser;

    [BrowserFact]
    public void The_list_sorts_by_every_figure()
    {
        studio.Train("second", epochs: 1);
        studio.Open();
        studio.WaitForText("second");
        foreach (string column in (string[])["loss", "epochs", "kl", "images/s", "run"])
        {
            string name = StudioSession.Quote(column);
            Browser.Evaluate<object>(
                $"[...document.querySelectorAll('th button')].find(b => b.innerText.trim() === {name}).click()"
            );
            Browser.WaitFor($"document.querySelector('th[aria-sort=ascending]')?.innerText.startsWith({name})");
            // Runs without a value come last.
            string[] shown = [.. Column(column).Where(text => text.Length > 0)];
            if (column == "run")
                Assert.Equal(shown.Order(StringComparer.CurrentCulture), shown);
            else
                Assert.Equal(shown.Select(Number).Order(), shown.Select(Number));
        }
        studio.Look("runs");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void A_run_of_another_process_appears_and_grows_while_it_trains()
    {
        studio.Open();
        var index = studio.Service<RunIndex>();
        // The index hears of it from the file system alone, as it would from a command.
        var seen = new List<int>();
        index.Changed += Note;
        studio.Train("elsewhere", epochs: 12);
        Browser.WaitFor(
            "document.querySelector('tr[data-run=elsewhere] td[data-name=state]')?.innerText === 'finished'"
        );
        index.Changed -= Note;
        Assert.Equal("12", Browser.Find("tr[data-run=elsewhere] td[data-name=epochs]").Text);
        Assert.True(seen.Distinct().Count() > 3, $"the list showed {string.Join(", ", seen)} epochs.");
        studio.RequireNoComplaints();

        void Note(IReadOnlyCollection<string> changed)
        {
            lock (seen)
                seen.Add(index.Find("elsewhere")?.Epochs ?? 0);
        }
    }

    [BrowserFact]
    public void A_run_is_renamed_and_deleted_after_a_question()
    {
        studio.Train("old-name", epochs: 1);
        studio.Open();
        studio.Click("button[aria-label='Rename old-name']");
        Browser.WaitFor("document.activeElement?.id === 'new-name'");
        Browser.Find("#new-name").SendKeys(Keys.Control + "a");
        Browser.Find("#new-name").SendKeys("new-name" + Keys.Enter);
        Browser.WaitFor("document.querySelector('tr[data-run=new-name]') !== null");
        Assert.False(Directory.Exists(Path.Combine(studio.Runs, "old-name")));
        studio.Click("button[aria-label='Rename new-name']");
        Browser.WaitFor("document.activeElement?.id === 'new-name'");
        Browser.Find("#new-name").SendKeys(Keys.Control + "a");
        Browser.Find("#new-name").SendKeys("../first" + Keys.Enter);
        studio.WaitForText("it must be a plain folder name");
        studio.Click("button[aria-label='Delete new-name']");
        studio.WaitForText("cannot be undone");
        studio.Press(Keys.Escape);
        Browser.WaitFor("!document.body.innerText.includes('cannot be undone')");
        Assert.True(Directory.Exists(Path.Combine(studio.Runs, "new-name")));
        studio.Click("button[aria-label='Delete new-name']");
        studio.WaitForText("cannot be undone");
        Browser.Evaluate<object>(
            "[...document.querySelectorAll('.mud-dialog button')].find(b => b.innerText === 'Delete').click()"
        );
        Browser.WaitFor("document.querySelector('tr[data-run=new-name]') === null");
        Assert.False(Directory.Exists(Path.Combine(studio.Runs, "new-name")));
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void Chosen_runs_are_compared_side_by_side()
    {
        studio.Train("compared", epochs: 2, ("hidden", new JsonArray(48)));
        studio.Open();
        studio.Click("tr[data-run=first] input");
        studio.Click("tr[data-run=compared] input");
        studio.Click("button.compare");
        Browser.WaitFor("document.querySelectorAll('.strip img').length === 3");
        string text = Browser.Evaluate<string>("document.body.innerText")!;
        Assert.Contains("encoder-hidden", text, StringComparison.Ordinal);
        Assert.Equal(3.0, Browser.Number("document.querySelectorAll('.loss-chart').length"));
        studio.Look("compare");
        studio.RequireNoComplaints();
    }

    [BrowserFact]
    public void The_report_of_a_run_is_shown_in_its_page()
    {
        studio.Open("/run?run=first");
        Browser.WaitFor("document.querySelector('iframe.report')?.contentDocument?.querySelectorAll('svg').length > 2");
        studio.Look("run");
        studio.RequireNoComplaints();
        studio.Open("/run?run=..%2F..%2Fetc");
        studio.WaitForText("There is no run '../../etc'");
        studio.RequireNoComplaints();
    }

    private List<string> Column(string name) =>
        [
            .. Browser
                .FindAll(name == "run" ? "table.runs tbody th a" : $"table.runs td[data-name='{name}']")
                .Select(cell => cell.Text),
        ];

    private static double Number(string text) =>
        double.Parse(text.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
}
