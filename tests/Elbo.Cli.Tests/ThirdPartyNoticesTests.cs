using System.Text.Json.Nodes;

namespace Elbo.Cli.Tests;

public class ThirdPartyNoticesTests
{
    [Fact]
    public void Every_library_in_the_tool_is_named()
    {
        string notices = File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "THIRD-PARTY-NOTICES.txt"));
        var libraries = JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "elbo.deps.json")))![
            "libraries"
        ]!.AsObject();

        var packages = libraries.Where(l => (string)l.Value!["type"]! == "package").Select(l => l.Key.Split('/')[0]);

        Assert.NotEmpty(packages);
        Assert.All(packages, package => Assert.Matches($@"\b{package.Replace(".", @"\.")}(,| |\n)", notices));
    }
}
