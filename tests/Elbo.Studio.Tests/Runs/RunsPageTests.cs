namespace Elbo.Studio.Tests.Runs;

[Collection(StudioTests.Name)]
public class RunsPageTests(StudioSession studio)
{
    [BrowserFact]
    public void Runs_are_listed()
    {
        studio.Open("/", dark: true);
        studio.WaitForText("first");
        studio.RequireNoComplaints();
    }
}
