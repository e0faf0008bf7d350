using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Elbo.Tests;

/// <summary>The C# on the pages compiles.</summary>
/// <remarks>
/// The blocks of a page are one program: a block may use what the blocks above it declare and import. <c>.ci/run</c>
/// runs the first block of docs/library.md.
/// </remarks>
public partial class DocumentationTests
{
    /// <summary>What a new web project imports; a console project has the first six.</summary>
    private const string ImplicitUsings =
        "global using System; global using System.Collections.Generic; global using System.IO; "
        + "global using System.Linq; global using System.Threading; global using System.Threading.Tasks; "
        + "global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Http; "
        + "global using Microsoft.Extensions.DependencyInjection;\n";

    private static readonly CSharpParseOptions Parsing = new(LanguageVersion.Latest);

    /// <summary>A program without code, with the libraries and what they depend on, as this process has them.</summary>
    private static readonly CSharpCompilation Empty = CSharpCompilation.Create(
        "page",
        references: ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
        options: new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable)
    );

    [Theory]
    [InlineData("README.md")]
    [InlineData("docs/exchange.md")]
    [InlineData("docs/gpu.md")]
    [InlineData("docs/library.md")]
    [InlineData("src/Elbo/README.md")]
    [InlineData("src/Elbo.Engine/README.md")]
    [InlineData("src/Elbo.Gpu/README.md")]
    [InlineData("src/Elbo.Hosting/README.md")]
    public void Programs_on_the_pages_compile(string page)
    {
        var blocks = Blocks(page).Where(b => !b.Code.StartsWith("#:", StringComparison.Ordinal)).ToList();
        Assert.NotEmpty(blocks);
        // Each block with those above it, so that no block relies on an import below it.
        for (int count = 1; count <= blocks.Count; count++)
            Assert.Empty(ErrorsOf(page, blocks[..count]));
    }

    [Fact]
    public void A_mistake_on_a_page_is_found_with_its_line()
    {
        Block[] blocks = [new(10, "using Elbo.Engine;\nusing var device = new Device();"), new(20, "\ndevice.Fly();")];

        string error = Assert.Single(ErrorsOf("page.md", blocks));

        Assert.StartsWith("page.md(21,8): error CS1061", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_tests_that_hold_a_promise_are_there()
    {
        string[] files =
        [
            .. Directory
                .EnumerateFiles(Repository.File("tests"), "*Tests*.cs", SearchOption.AllDirectories)
                .Select(file => Path.GetFileName(file).Split('.')[0]),
        ];
        string[] named =
        [
            .. TestName()
                .Matches(File.ReadAllText(Repository.File("docs/reliability.md")))
                .Select(m => m.Groups[1].Value),
        ];
        Assert.InRange(named.Length, 20, 200);
        Assert.Empty(named.Except(files));
    }

    [Fact]
    public void The_declaration_in_CONTRIBUTING_is_that_of_the_source()
    {
        var block = Assert.Single(Blocks("CONTRIBUTING.md"));
        string source = File.ReadAllText(Repository.File("src/Elbo/Training/TrainerOptions.cs"));

        Assert.Contains(WithoutSpace(block.Code), WithoutSpace(source), StringComparison.Ordinal);

        static string WithoutSpace(string text) => Space().Replace(text, "");
    }

    [Fact]
    public void No_other_page_has_a_program()
    {
        string[] pages =
        [
            .. Directory.GetFiles(Repository.Folder, "*.md"),
            .. Directory.GetFiles(Repository.File("docs"), "*.md", SearchOption.AllDirectories),
            .. Directory.GetFiles(Repository.File("src"), "*.md", SearchOption.AllDirectories),
        ];

        Assert.Equal(
            [
                "CONTRIBUTING.md",
                "README.md",
                "docs/exchange.md",
                "docs/gpu.md",
                "docs/library.md",
                "src/Elbo.Engine/README.md",
                "src/Elbo.Gpu/README.md",
                "src/Elbo.Hosting/README.md",
                "src/Elbo/README.md",
            ],
            pages
                .Select(page => Path.GetRelativePath(Repository.Folder, page).Replace('\\', '/'))
                .Where(page => Blocks(page).Any())
                .Order(StringComparer.Ordinal)
        );
    }

    private static IEnumerable<string> ErrorsOf(string page, IReadOnlyList<Block> blocks)
    {
        var usings = new StringBuilder(ImplicitUsings);
        var statements = new StringBuilder();
        foreach (var block in blocks)
        {
            string[] lines = block.Code.Split('\n');
            for (int i = 0; i < lines.Length; i++)
                (Using().IsMatch(lines[i]) ? usings : statements).Append(
                    $"#line {block.Line + i} \"{page}\"\n{lines[i]}\n"
                );
        }
        var program = CSharpSyntaxTree.ParseText(usings.Append(statements).ToString(), Parsing);
        return Empty
            .AddSyntaxTrees(program)
            .GetDiagnostics()
            .Where(d => d.Severity == DiagnosticSeverity.Error)
            .Select(d => d.ToString());
    }

    /// <summary>The C# blocks of a page, each with the number of its first line.</summary>
    private static IEnumerable<Block> Blocks(string page)
    {
        string text = File.ReadAllText(Repository.File(page)).ReplaceLineEndings("\n");
        foreach (Match match in Fenced().Matches(text))
            yield return new(text.AsSpan(0, match.Groups[1].Index).Count('\n') + 1, match.Groups[1].Value);
    }

    private readonly record struct Block(int Line, string Code);

    [GeneratedRegex(@"^ *```csharp\n(.*?)^ *```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();

    [GeneratedRegex(@"^using [\w.]+;$")]
    private static partial Regex Using();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Space();

    [GeneratedRegex("`([A-Za-z]+Tests)`")]
    private static partial Regex TestName();
}
