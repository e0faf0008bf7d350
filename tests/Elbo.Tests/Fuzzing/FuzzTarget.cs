using System.Text;
using Elbo.Engine;

namespace Elbo.Tests.Fuzzing;

/// <summary>A reader of files that come from outside, with sound files to begin from.</summary>
/// <param name="Name">Name of the target, and of its folder in the corpus.</param>
/// <param name="Readers">The source files that read such a file, without their ending.</param>
/// <param name="File">Name of the file; readers may choose by its ending.</param>
/// <param name="Seeds">Sound files, made when they are needed.</param>
/// <param name="Prepare">
/// Prepares an empty folder, and returns the function that reads the file in it. The function throws what the reader
/// throws; it disposes what it opens.
/// </param>
internal sealed record FuzzTarget(
    string Name,
    string[] Readers,
    string File,
    Func<IReadOnlyList<byte[]>> Seeds,
    Func<TemporaryFolder, Action<string>> Prepare
)
{
    /// <summary>Words of the format, which are put into files besides <see cref="Words.Common"/>.</summary>
    public IReadOnlyList<string> Tokens { get; init; } = [];

    /// <summary>How to change what is packed or guarded by a checksum.</summary>
    public Container? Container { get; init; }

    /// <summary>The managed memory that reading an input may take.</summary>
    public MemoryBound Memory { get; init; } = new();

    /// <summary>
    /// Whether messages begin with the path. Those on a combination of options, such as a batch size with a dataset,
    /// name the options.
    /// </summary>
    public bool NamesPath { get; init; } = true;

    /// <summary>Whether the reader computes on other threads, whose memory is seen only if nothing else runs.</summary>
    public bool OnOtherThreads { get; init; }

    /// <summary>Beginnings of the names of files that reading may write beside the one it reads.</summary>
    public IReadOnlyList<string> Writes { get; init; } = [];

    /// <summary>Whether damage counts as no content, as in a note on a download.</summary>
    public bool RefusesNothing { get; init; }

    /// <summary>The inputs of this target.</summary>
    public Mutator Mutator() =>
        new(
            Seeds(),
            Container,
            [.. Words.Common.Concat(Tokens).Select(Encoding.Latin1.GetBytes)],
            new Rng(1).Fork(Name)
        );

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>A limit of the managed memory for an input: a constant and a multiple of its length, in bytes.</summary>
/// <param name="Fixed">The constant.</param>
/// <param name="PerByte">Bytes per byte of the input.</param>
internal sealed record MemoryBound(long Fixed = 4_000_000, long PerByte = 200)
{
    /// <summary>The limit for a file of this length.</summary>
    public long Of(int length) => Fixed + (PerByte * length);
}

/// <summary>Words that are put into files.</summary>
internal static class Words
{
    /// <summary>Those that mean something in many formats, or that readers of text stumble over.</summary>
    public static IReadOnlyList<string> Common { get; } =
    [
        "\"",
        "'",
        "{",
        "}",
        "[",
        "]",
        ",",
        ";",
        ":",
        "\t",
        "\n",
        "\r\n",
        "\r",
        "\0",
        "\u001b[31m",
        "null",
        "true",
        "[null]",
        "{}",
        "[]",
        "\"\"",
        "\\ud800",
        "\"\\ud800\"",
        "\\u0000",
        "\\n",
        "\\n",
        "\xff\xfe",
        "\xef\xbb\xbf",
        "\xc3\x28",
        "../",
        "=1+1",
    ];
}
