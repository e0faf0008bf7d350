using Elbo.Training.Runs;

namespace Elbo.Workflows.Reports;

/// <summary>One kind of picture after each of many epochs, to be gone through with a slider.</summary>
internal static class PictureSeries
{
    private const int MostPictures = 24;
    private const string NumberAt = "epoch-";

    /// <summary>
    /// The figure of <c>images/NAME-epoch-NNN.png</c>, as many of them as fit into <paramref name="mostBytes"/> of the
    /// page; empty where there are none.
    /// </summary>
    /// <param name="run">The run.</param>
    /// <param name="name">What the files' names begin with.</param>
    /// <param name="what">What is to be seen.</param>
    /// <param name="mostBytes">The share of the page.</param>
    /// <param name="wide">Whether the pictures are several grids side by side.</param>
    public static Html Compose(RunFolder run, string name, string what, int mostBytes, bool wide)
    {
        // Four characters of Base64 are three bytes.
        int budget = mostBytes / 4 * 3;
        // The first, the last, and two between are always there, smaller if need be.
        const int Fewest = 4;
        var files = Files(run, name);
        int count = Math.Min(files.Count, MostPictures);
        while (
            count > Fewest && Thinning.Evenly(files.Count, count).Sum(i => new FileInfo(files[i].Path).Length) > budget
        )
            count--;
        var shown = Thinning
            .Evenly(files.Count, count)
            .Select(i =>
                (
                    files[i].Epoch,
                    Picture: EmbeddedPicture.TryLoad(files[i].Path, count <= Fewest ? budget / count : budget)
                )
            )
            .Where(p => p.Picture is not null)
            .ToArray();
        if (shown.Length == 0)
            return Html.Empty;
        var images = shown.Select(
            (p, i) =>
                p.Picture!.Image(
                    $"{what} after epoch {p.Epoch}",
                    $" data-caption=\"epoch {p.Epoch}\"{(i == shown.Length - 1 ? "" : " hidden=\"\"")}"
                )
        );
        string rest = shown.Length < files.Count ? $"; {shown.Length} of {files.Count} pictures are shown" : "";
        return Html.Of(
            $"""
            <figure data-series="{name}" class="{(wide ? "wide" : "")}">
            <div class="slider" hidden=""><input type="range" min="0" max="{shown.Length - 1}" value="{shown.Length
                - 1}" aria-label="epoch of: {what}" aria-valuetext="epoch {shown[^1].Epoch}" /><output>epoch {shown[
                ^1
            ].Epoch}</output></div>
            <div class="scroll">
            {images}</div>
            <figcaption>{what}, epochs {shown[0].Epoch} to {shown[^1].Epoch}{rest}.</figcaption>
            </figure>

            """
        );
    }

    private static IReadOnlyList<(int Epoch, string Path)> Files(RunFolder run, string name)
    {
        string folder = Path.GetDirectoryName(run.Image(name))!;
        if (!Directory.Exists(folder))
            return [];
        return
        [
            .. Directory
                .EnumerateFiles(folder, $"{name}-{NumberAt}*.png")
                .Select(path =>
                    (
                        Epoch: int.TryParse(
                            Path.GetFileNameWithoutExtension(path)[(name.Length + 1 + NumberAt.Length)..],
                            out int epoch
                        )
                            ? epoch
                            : 0,
                        path
                    )
                )
                .Where(file => file.Epoch > 0)
                .OrderBy(file => file.Epoch),
        ];
    }
}
