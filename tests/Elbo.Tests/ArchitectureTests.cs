using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Elbo.Tests;

/// <summary>The layout holds: each folder uses only those it may, and nothing goes round in circles.</summary>
/// <remarks>
/// Read from the sources: a name such as <c>Elbo.Data</c> or <c>Data.DatasetCatalog</c> is a use of that folder.
/// </remarks>
public partial class ArchitectureTests
{
    /// <summary>
    /// What each folder of src/Elbo may use besides the engine, the names in its root, and Options, which all use.
    /// </summary>
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Options"] = [],
        ["Nn"] = [],
        ["Distributions"] = [],
        ["Data"] = ["Formats", "Imaging"],
        ["Formats"] = [],
        ["Imaging"] = ["Formats"],
        ["Neighbours"] = [],
        ["Projection"] = ["Neighbours"],
        ["Clustering"] = ["Neighbours"],
        ["Sampling"] = ["Neighbours"],
        ["Evaluation"] = ["Neighbours"],
        ["Selection"] = ["Neighbours", "Clustering", "Sampling"],
        ["Figures"] = ["Data", "Formats", "Imaging"],
        ["Models"] = ["Nn", "Distributions", "Data", "Formats", "Clustering"],
        ["Training"] = ["Models", "Evaluation", "Data", "Nn", "Formats", "Imaging"],
        ["Workflows"] =
        [
            "Nn",
            "Distributions",
            "Data",
            "Formats",
            "Imaging",
            "Neighbours",
            "Projection",
            "Clustering",
            "Sampling",
            "Selection",
            "Figures",
            "Models",
            "Training",
            "Evaluation",
        ],
        ["(root)"] = [],
        ["(front)"] = ["Data", "Models", "Training"],
    };

    /// <summary>What programs meet first: in the root, where its name is shortest, but above all folders.</summary>
    private static readonly string[] Front =
    [
        "Autoencoder",
        "Autoencoder.Files",
        "Autoencoder.Inference",
        "FitProgress",
        "FloatRows",
        "ImageInput",
        "UsageGate",
    ];

    /// <summary>Files that are opened elsewhere than in RegularFile, which therefore could be pipes.</summary>
    private static readonly string[] OtherOpenings =
    [
        "AtomicFile: new FileStream", // a new file, and the stray ones of an earlier process, opened without reading
        "EventFile: new FileStream", // opened for appending, after RegularFile.Require
        "FolderSync: File.OpenHandle", // files that Elbo has just written, opened to flush them
        "OutputFolder: new FileStream", // a new file
        "PartialFile: new FileStream", // opened for writing; a lock
        "RunFolder: new FileStream", // a lock, opened for reading and writing, which does not wait for another process
        "RunRecord: File.ReadLines", // the name of the processor in /proc/cpuinfo, of length 0
    ];

    private static readonly string Source = Repository.File("src");

    [Fact]
    public void Each_folder_uses_only_those_it_may()
    {
        var wrong = Uses()
            .Where(use => !Allowed.TryGetValue(use.From, out string[]? allowed) || !allowed.Contains(use.To));
        Assert.Empty(wrong.Select(use => $"{use.From} uses {use.To} in {use.File}").Distinct());
    }

    [Fact]
    public void The_test_sees_the_uses_there_are()
    {
        // Were the search blind, everything would pass.
        var uses = Uses().Select(use => (use.From, use.To)).ToHashSet();
        Assert.Superset(
            new HashSet<(string, string)>
            {
                ("Models", "Nn"),
                ("Training", "Models"),
                ("Training", "Evaluation"),
                ("Workflows", "Data"),
                ("Figures", "Formats"),
            },
            uses
        );
    }

    [Fact]
    public void Nothing_below_uses_what_stands_in_front()
    {
        var front = new Regex($@"\b({string.Join('|', Front)})\b");
        foreach (string file in Files("Elbo").Where(file => !IsFront(file)))
            Assert.DoesNotMatch(
                front,
                string.Join(
                    '\n',
                    File.ReadLines(file).Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal))
                )
            );
        Assert.Equal(
            Front,
            Files("Elbo").Where(IsFront).Select(file => Path.GetFileNameWithoutExtension(file)).Order()
        );
    }

    [Fact]
    public void No_folder_is_used_by_one_that_it_uses()
    {
        var arrows = Uses()
            .Select(use => (use.From, use.To))
            .Distinct()
            .ToLookup(arrow => arrow.From, arrow => arrow.To);
        foreach (string folder in Allowed.Keys)
        {
            var reached = new HashSet<string>();
            var next = new Queue<string>(arrows[folder]);
            while (next.TryDequeue(out string? one))
                if (reached.Add(one))
                    foreach (string further in arrows[one])
                        next.Enqueue(further);
            Assert.False(
                reached.Contains(folder),
                $"{folder} uses itself by way of others: {string.Join(", ", reached)}"
            );
        }
    }

    [Fact]
    public void The_engine_needs_nothing_but_the_base_class_library()
    {
        var project = XDocument.Load(Path.Combine(Source, "Elbo.Engine", "Elbo.Engine.csproj"));
        Assert.Empty(
            project
                .Descendants()
                .Where(e => e.Name.LocalName is "PackageReference" or "ProjectReference" or "Reference")
                .Select(e => e.ToString())
        );
        Assert.All(Files("Elbo.Engine"), file => Assert.DoesNotMatch(OtherElbo(), File.ReadAllText(file)));
    }

    [Fact]
    public void Projects_point_down_only()
    {
        string[] References(string project) =>
            [
                .. XDocument
                    .Load(Path.Combine(Source, project, project + ".csproj"))
                    .Descendants("ProjectReference")
                    .Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/'))),
            ];
        Assert.Equal(["Elbo.Engine"], References("Elbo"));
        Assert.Equal(["Elbo.Engine"], References("Elbo.Gpu"));
        Assert.Equal(["Elbo", "Elbo.Studio", "Elbo.Gpu"], References("Elbo.Cli"));
        Assert.Equal(["Elbo"], References("Elbo.Studio"));
        Assert.Equal(["Elbo"], References("Elbo.Hosting"));
        Assert.All(
            Directory.GetDirectories(Source),
            folder =>
                Assert.Contains(
                    Path.GetFileName(folder),
                    (string[])["Elbo.Engine", "Elbo.Gpu", "Elbo", "Elbo.Cli", "Elbo.Hosting", "Elbo.Studio"]
                )
        );
    }

    [Fact]
    public void Only_the_studio_knows_a_web_server()
    {
        foreach (string project in (string[])["Elbo.Engine", "Elbo", "Elbo.Cli", "Elbo.Hosting"])
            Assert.All(
                Files(project),
                file => Assert.DoesNotContain("using Microsoft.AspNetCore", File.ReadAllText(file))
            );
        // The command must not name the framework, or it would not start where it is missing.
        Assert.DoesNotContain(
            "<FrameworkReference",
            File.ReadAllText(Path.Combine(Source, "Elbo.Cli", "Elbo.Cli.csproj")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void Pages_stand_above_the_parts_of_the_studio()
    {
        // Pages use the rest, and the server joins all of it.
        foreach (string part in (string[])["Access", "Runs", "Layout"])
            Assert.All(
                Files("Elbo.Studio")
                    .Where(file => Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar)[1] == part),
                file =>
                    Assert.DoesNotContain("using Elbo.Studio.Pages", File.ReadAllText(file), StringComparison.Ordinal)
            );
        Assert.All(
            Files("Elbo.Studio")
                .Where(file => Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar)[1] == "Access"),
            file => Assert.DoesNotContain("using Elbo.Studio", File.ReadAllText(file), StringComparison.Ordinal)
        );
    }

    [Fact]
    public void Only_the_engine_and_its_GPU_may_touch_memory_directly()
    {
        var unsafeProjects = Directory
            .EnumerateFiles(Source, "*.csproj", SearchOption.AllDirectories)
            .Where(file => XDocument.Load(file).Descendants("AllowUnsafeBlocks").Any(e => bool.Parse(e.Value)))
            .Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(["Elbo.Engine", "Elbo.Gpu"], unsafeProjects.Order());
    }

    [Fact]
    public void Only_RegularFile_opens_files_for_reading()
    {
        string[] found =
        [
            .. Files("Elbo")
                .Concat(Files("Elbo.Cli"))
                .Concat(Files("Elbo.Hosting"))
                .Concat(Files("Elbo.Studio"))
                .SelectMany(file =>
                    File.ReadLines(file)
                        .Where(line =>
                            Opening().IsMatch(line) && !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                        )
                        .Select(line => $"{Path.GetFileNameWithoutExtension(file)}: {Opening().Match(line).Value}")
                ),
        ];
        Assert.Equal(OtherOpenings, found.Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        foreach (string file in Directory.EnumerateFiles(Source, "*.cs", SearchOption.AllDirectories).Where(IsSource))
        {
            string folder = Path.GetDirectoryName(Path.GetRelativePath(Source, file))!
                .Replace(Path.DirectorySeparatorChar, '.');
            string code = File.ReadAllText(file);
            var declared = Namespace().Match(code);
            if (declared.Success)
                Assert.Equal((file, folder), (file, declared.Groups[1].Value));
            else
                Assert.False(Type().IsMatch(code), $"{file} declares a type outside any namespace");
        }
    }

    /// <summary>Every use of one folder of src/Elbo by a file of another.</summary>
    private static IEnumerable<(string From, string To, string File)> Uses()
    {
        string root = Path.Combine(Source, "Elbo");
        var name = new Regex(
            $@"(?<![\w.""])(?:Elbo\.)?({string.Join('|', Allowed.Keys.Where(k => k[0] != '('))})\.(?=[A-Z])"
                + @"|using Elbo\.(\w+)"
        );
        foreach (string file in Files("Elbo"))
        {
            string relative = Path.GetRelativePath(root, file);
            string folder =
                IsFront(file) ? "(front)"
                : relative.Contains(Path.DirectorySeparatorChar) ? relative.Split(Path.DirectorySeparatorChar)[0]
                : "(root)";
            string code = string.Join(
                '\n',
                File.ReadLines(file)
                    .Where(line =>
                        !line.TrimStart().StartsWith("//", StringComparison.Ordinal)
                        && !line.StartsWith("namespace", StringComparison.Ordinal)
                    )
            );
            foreach (Match match in name.Matches(code))
            {
                string used = match.Groups[1].Success ? match.Groups[1].Value : match.Groups[2].Value;
                // A property such as Data.Train reads like a namespace; a type of that folder tells them apart.
                if (
                    match.Groups[1].Success
                    && !match.Value.StartsWith("Elbo.", StringComparison.Ordinal)
                    && !IsType(root, used, code[(match.Index + match.Length)..])
                )
                    continue;
                if (used != folder && used != "Engine")
                    yield return (folder, used, relative);
            }
        }
    }

    /// <summary>
    /// Whether <paramref name="rest"/> begins with a type or a sub-folder of <paramref name="folder"/>.
    /// </summary>
    private static bool IsType(string root, string folder, string rest)
    {
        string path = Path.Combine(root, folder),
            word = Word().Match(rest).Value;
        var declaration = new Regex($@"\b(class|struct|record|interface|enum|delegate [\w<>]+) {word}\b");
        return Directory.Exists(Path.Combine(path, word))
            || Directory
                .EnumerateFiles(path, "*.cs", SearchOption.AllDirectories)
                .Any(file => declaration.IsMatch(File.ReadAllText(file)));
    }

    private static IEnumerable<string> Files(string project) =>
        Directory.EnumerateFiles(Path.Combine(Source, project), "*.cs", SearchOption.AllDirectories).Where(IsSource);

    private static bool IsFront(string file) =>
        Path.GetDirectoryName(file) == Path.Combine(Source, "Elbo")
        && Front.Contains(Path.GetFileNameWithoutExtension(file));

    private static bool IsSource(string file) =>
        !Path.GetRelativePath(Source, file).Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj");

    [GeneratedRegex(
        @"\bFile\.(Open\w*|ReadAll\w+|ReadLines\w*)|new FileStream|ZipFile\.Open\w*"
            + @"|new StreamReader\((path|file|\w+Path)\)|ParquetReader\.CreateAsync\(path|\.OpenRead\(|\.OpenText\("
    )]
    private static partial Regex Opening();

    /// <remarks>The engine finds Elbo.Gpu by its name at run time, and works without it.</remarks>
    [GeneratedRegex(@"\bElbo\.(?!(Engine|Gpu)\b)[A-Z]\w*\.")]
    private static partial Regex OtherElbo();

    [GeneratedRegex(@"^\s*namespace\s+([\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Namespace();

    [GeneratedRegex(@"^\s*(\w+\s+)*(class|struct|record|interface|enum)\s+\w", RegexOptions.Multiline)]
    private static partial Regex Type();

    [GeneratedRegex(@"^\w+")]
    private static partial Regex Word();
}
