using System.Text.RegularExpressions;

namespace Elbo.Tests.Fuzzing;

/// <summary>Readers refuse what they cannot read in one line that begins with the path; nothing else happens.</summary>
public partial class FuzzTests
{
    private const int Inputs = 2000;

    private static readonly string Corpus = Repository.File("tests/Elbo.Tests/Fuzzing/Corpus");

    /// <summary>
    /// Source files that open no file from outside, or open it only to copy its bytes or to digest them.
    /// </summary>
    private static readonly string[] Others =
    [
        "AtomicFile",
        "DuplicatesWorkflow",
        "FolderSync",
        "OutputFolder",
        "RemoteFile",
        "RunFolder",
        "SelectionPictures",
        "SelectionSource",
    ];

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Mutated_files_are_read_or_refused(string name)
    {
        var target = FuzzTargets.Get(name);
        var run = FuzzRun.Of(target, Inputs, alone: false);
        run.AssertSound();
        // A reader that refuses nothing, or everything, was not tested.
        Assert.True(run.Read > 0 && (run.Refused > 0 || target.RefusesNothing), run.Row);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Sound_files_are_read(string name)
    {
        var target = FuzzTargets.Get(name);
        var run = FuzzRun.Of(target, alone: false, target.Seeds().Select((file, i) => ($"seed {i}", file)));
        run.AssertSound();
        Assert.Equal("", run.Refusal);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Files_that_once_failed_are_read_or_refused(string name)
    {
        string folder = Path.Combine(Corpus, name);
        if (Directory.Exists(folder))
            FuzzRun
                .Of(
                    FuzzTargets.Get(name),
                    alone: false,
                    Directory.GetFiles(folder).Select(file => (Path.GetFileName(file), File.ReadAllBytes(file)))
                )
                .AssertSound();
    }

    [Fact]
    public void Every_folder_of_the_corpus_has_a_target() =>
        Assert.Empty(
            Directory
                .GetDirectories(Corpus)
                .Select(folder => Path.GetFileName(folder))
                .Except(FuzzTargets.All.Select(target => target.Name))
        );

    /// <summary>
    /// A source file that opens files is named by a target, or reads nothing that comes from outside.
    /// </summary>
    [Fact]
    public void Every_reader_has_a_target()
    {
        string[] readers =
        [
            .. Directory
                .EnumerateFiles(Repository.File("src/Elbo"), "*.cs", SearchOption.AllDirectories)
                .Where(file => Opening().IsMatch(File.ReadAllText(file)))
                .Select(file => Path.GetFileNameWithoutExtension(file)),
        ];
        // Were the search blind, everything would pass.
        Assert.Superset(new HashSet<string> { "MatReader", "ImageDecoder", "RunRecord" }, readers.ToHashSet());
        Assert.Empty(
            readers.Except(FuzzTargets.All.SelectMany(target => target.Readers)).Except(Others).Distinct().Order()
        );
    }

    [Fact]
    public void The_same_number_is_the_same_input()
    {
        var target = FuzzTargets.Get("npz");
        var (one, other) = (target.Mutator(), target.Mutator());
        other.Next(3);
        Assert.Equal(one.Next(17), other.Next(17));
        Assert.NotEqual(one.Next(17), one.Next(18));
    }

    [GeneratedRegex(
        @"\b(Regular)?File\.(Open|Read)|new FileStream\(|new (CsvReader|NpzFile|SafetensorsReader)\(|\.OpenDecompressed\(|CsvReader\.With"
    )]
    private static partial Regex Opening();
}
