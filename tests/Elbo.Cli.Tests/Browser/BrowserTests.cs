namespace Elbo.Cli.Tests.Browser;

/// <summary>Classes of this collection share one <see cref="BrowserSession"/> and use it one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class BrowserTests : ICollectionFixture<BrowserSession>
{
    public const string Name = "one browser";
}
