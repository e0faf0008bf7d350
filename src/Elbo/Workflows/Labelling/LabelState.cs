using System.Collections.Immutable;

namespace Elbo.Workflows.Labelling;

/// <summary>An image to label.</summary>
/// <param name="Image">Its file as the dataset names it, or its index as a text if the images are not files.</param>
/// <param name="Label">Its class; null while it has none.</param>
/// <param name="IsSkipped">Whether a person has seen it and put it off.</param>
internal sealed record LabelItem(string Image, string? Label = null, bool IsSkipped = false)
{
    /// <summary>Whether it is still to be labelled.</summary>
    public bool IsOpen => Label is null && !IsSkipped;
}

/// <summary>A change of one image, which can be undone.</summary>
/// <param name="Before">The image before.</param>
/// <param name="After">The image afterwards.</param>
/// <param name="Who">The page that made the change; null if that page is gone.</param>
internal sealed record LabelStep(LabelItem Before, LabelItem After, string? Who);

/// <summary>Images that were added to a labelling together.</summary>
/// <param name="By">What chose them, such as the name of a strategy.</param>
/// <param name="Count">Number of images.</param>
internal sealed record LabelRound(string By, int Count);

/// <summary>All that a labelling consists of, at one time.</summary>
internal sealed record LabelState
{
    /// <summary>Maximum number of classes.</summary>
    public const int MostClasses = 1000;

    /// <summary>Number of steps that can be undone.</summary>
    private const int MostSteps = 1000;

    /// <summary>The images to choose from, which the labelled ones are among.</summary>
    public required ImageChoice Choice { get; init; }

    /// <summary>Whether images are named by file, not by index.</summary>
    public required bool ByFile { get; init; }

    /// <summary>The images to label, in their order.</summary>
    public ImmutableArray<LabelItem> Items { get; init; } = [];

    /// <summary>The classes in the order in which they were added.</summary>
    public ImmutableArray<string> Classes { get; init; } = [];

    /// <summary>The steps, the last at the end.</summary>
    public ImmutableArray<LabelStep> Steps { get; init; } = [];

    /// <summary>How the images came in.</summary>
    public ImmutableArray<LabelRound> Rounds { get; init; } = [];

    /// <summary>
    /// Images that were added because their neighbours disagree. They are harder than others, so they do not count in
    /// an estimate of the accuracy.
    /// </summary>
    public ImmutableHashSet<string> Unsure { get; init; } = [];

    /// <summary>The image to show when the labelling is opened; null for the first.</summary>
    public string? Position { get; init; }

    /// <summary>Number of images with a label.</summary>
    public int Labelled => Items.Count(item => item.Label is not null);

    /// <summary>Position of an image among <see cref="Items"/>; −1 if it is not there.</summary>
    public int IndexOf(string image)
    {
        for (int i = 0; i < Items.Length; i++)
            if (Items[i].Image == image)
                return i;
        return -1;
    }

    /// <summary>
    /// The next image to label after one, from the start again after the last; null if none is left.
    /// </summary>
    public string? NextOpen(string? image)
    {
        int at = image is null ? -1 : IndexOf(image);
        for (int i = 1; i <= Items.Length; i++)
            if (Items[(at + i) % Items.Length] is { IsOpen: true } item)
                return item.Image;
        return null;
    }

    /// <summary>With a class of this name, unless there is one that differs at most by case.</summary>
    /// <param name="text">The name.</param>
    /// <param name="name">The name of the class, as it was written first.</param>
    /// <exception cref="ArgumentException">The name cannot be one of a class, or there are too many.</exception>
    public LabelState WithClass(string text, out string name)
    {
        string parsed = ClassName.Parse(text);
        if (ClassName.Find(Classes, parsed) is { } known)
        {
            name = known;
            return this;
        }
        name = parsed;
        return Classes.Length < MostClasses
            ? this with
            {
                Classes = Classes.Add(parsed),
            }
            : throw new ArgumentException($"there are {MostClasses:N0} classes already; no more are possible.");
    }

    /// <summary>Without a class.</summary>
    /// <exception cref="ArgumentException">Images have it.</exception>
    public LabelState WithoutClass(string name) =>
        Items.Count(item => item.Label == name) is var count && count > 0
            ? throw new ArgumentException(
                FormattableString.Invariant($"{count:N0} {(count == 1 ? "image is" : "images are")} {name}; give ")
                    + $"{(count == 1 ? "it" : "them")} another class first."
            )
            : this with
            {
                Classes = Classes.Remove(name),
            };

    /// <summary>With another label, or put off, as a step that can be undone.</summary>
    /// <exception cref="ArgumentException">The image is not among the items.</exception>
    public LabelState WithStep(LabelItem after, string who)
    {
        int at = IndexOf(after.Image);
        if (at < 0)
            throw new ArgumentException($"{after.Image} is not among the images to label.");
        var before = Items[at];
        if (before == after)
            return this with { Position = NextOpen(after.Image) ?? after.Image };
        var changed = this with { Items = Items.SetItem(at, after) };
        return changed with
        {
            Steps = [.. Steps.TakeLast(MostSteps - 1), new LabelStep(before, after, who)],
            Position = changed.NextOpen(after.Image) ?? after.Image,
        };
    }

    /// <summary>
    /// Without the last step of a page, or else of a page that is gone. Steps whose image was changed again by somebody
    /// else cannot be undone and are dropped.
    /// </summary>
    /// <param name="who">The page.</param>
    /// <param name="image">The image whose step was undone; null if there is nothing to undo.</param>
    public LabelState WithoutLastStep(string who, out string? image)
    {
        image = null;
        foreach (string? owner in (string?[])[who, null])
            for (int i = Steps.Length - 1; i >= 0; i--)
            {
                var step = Steps[i];
                if (step.Who != owner || IndexOf(step.After.Image) is not (>= 0 and var at) || Items[at] != step.After)
                    continue;
                image = step.After.Image;
                return this with
                {
                    Items = Items.SetItem(at, step.Before),
                    Steps = Steps.RemoveAt(i),
                    Position = image,
                };
            }
        return this;
    }

    /// <summary>With further images at the end, without those that are there already.</summary>
    /// <param name="images">The images.</param>
    /// <param name="by">What chose them.</param>
    /// <param name="unsure">Whether they were chosen because their neighbours disagree.</param>
    public LabelState WithImages(IEnumerable<string> images, string by, bool unsure = false)
    {
        var known = Items.Select(item => item.Image).ToHashSet();
        LabelItem[] added = [.. images.Where(known.Add).Select(image => new LabelItem(image))];
        if (added.Length == 0)
            return this;
        var result = this with
        {
            Items = Items.AddRange(added),
            Rounds = Rounds.Add(new LabelRound(by, added.Length)),
            Unsure = unsure ? Unsure.Union(added.Select(item => item.Image)) : Unsure,
        };
        return result with { Position = result.NextOpen(Position) };
    }
}
