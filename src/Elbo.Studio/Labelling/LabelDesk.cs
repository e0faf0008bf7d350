using System.Globalization;
using Elbo.Data;
using Elbo.Studio.Layout;
using Elbo.Workflows.Labelling;

namespace Elbo.Studio.Labelling;

/// <summary>
/// What one person does at a labelling: which image is shown, and what the keys mean. Steps are on disk when they end.
/// Several desks can work on the same book.
/// </summary>
public sealed class LabelDesk : IDisposable
{
    private static readonly string[] Digits = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "0"];

    private readonly string _who = Guid.NewGuid().ToString("N");
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, int> _indices = [];
    private readonly ChosenPictures _pictures;
    private string? _shown;

    /// <param name="book">The labelling.</param>
    /// <param name="images">The images that those to label are among.</param>
    internal LabelDesk(LabelBook book, ImageDataset images)
    {
        (Book, _pictures) = (book, new ChosenPictures(images));
        for (int i = 0; i < images.Count; i++)
            _indices.TryAdd(ImageKey.Of(images, i), i);
        _shown = book.State.Position ?? (Items is [var first, ..] ? first.Image : null);
        if (_shown is not null && !_indices.ContainsKey(_shown))
            _shown = Items is [var other, ..] ? other.Image : null;
        book.Changed += Tell;
    }

    /// <summary>Called after a change of the book, also by another desk, on any thread.</summary>
    internal event Action? Changed;

    /// <summary>The labelling.</summary>
    internal LabelBook Book { get; }

    /// <summary>The images that those to label are among.</summary>
    internal ImageDataset Images => _pictures.Images;

    /// <summary>The images to label that are there, in their order.</summary>
    internal IReadOnlyList<LabelItem> Items => [.. Book.State.Items.Where(item => _indices.ContainsKey(item.Image))];

    /// <summary>Number of images to label whose files are gone.</summary>
    internal int Missing => Book.State.Items.Length - Items.Count;

    /// <summary>The image that is shown; null if there is none.</summary>
    internal LabelItem? Shown => _shown is null ? null : Items.FirstOrDefault(item => item.Image == _shown);

    /// <summary>What the last step did, for the person and a screen reader.</summary>
    internal string Said { get; private set; } = "";

    /// <summary>Why the last step failed; null if it did not.</summary>
    internal string? Problem { get; private set; }

    /// <summary>Index of an image in the dataset.</summary>
    internal int IndexOf(string image) => _indices[image];

    /// <summary>As <see cref="IndexOf"/>; null for an image that is not there.</summary>
    internal int? Find(string image) => _indices.TryGetValue(image, out int index) ? index : null;

    /// <summary>An image of the dataset as a URL; each is made once.</summary>
    internal string Picture(int index) => _pictures.Url(index);

    /// <summary>
    /// The key of each class, empty for those without one. A class whose name is a digit has this digit, so that nobody
    /// presses 7 for a seven and means another class; the others have the free ones of 1 to 9 and 0, in their order.
    /// </summary>
    internal static IReadOnlyList<string> Keys(IReadOnlyList<string> classes)
    {
        var free = new Queue<string>(Digits.Except(classes));
        return
        [
            .. classes.Select(name =>
                Digits.Contains(name) ? name
                : free.TryDequeue(out string? key) ? key
                : ""
            ),
        ];
    }

    /// <summary>Does what a key stands for.</summary>
    /// <param name="key">The key as the browser names it.</param>
    /// <param name="image">The image that the person saw: the step is about this one, whatever is shown by now.</param>
    internal Task PressAsync(string key, string image) =>
        key switch
        {
            "s" or "S" or "ArrowRight" => SkipAsync(image),
            "b" or "B" or "ArrowLeft" => BackAsync(image),
            "u" or "U" or "z" or "Z" => UndoAsync(),
            _ when Digits.Contains(key) => AssignAsync(image, int.Parse(key, CultureInfo.InvariantCulture)),
            _ => Task.CompletedTask,
        };

    /// <summary>Labels an image; a new name adds a class.</summary>
    internal Task AssignAsync(string image, string label) =>
        Step(() =>
        {
            Book.Assign(image, label, _who);
            Advance(image);
            Said = $"{Name(image)}: {Book.State.Items[Book.State.IndexOf(image)].Label}";
        });

    private Task AssignAsync(string image, int digit)
    {
        var classes = Book.State.Classes;
        int number = Keys(classes).ToList().IndexOf(digit.ToString(CultureInfo.InvariantCulture));
        return number < 0 ? Task.CompletedTask : AssignAsync(image, classes[number]);
    }

    /// <summary>Puts an image off, or goes on from one that has been seen.</summary>
    internal Task SkipAsync(string image) =>
        Step(() =>
        {
            if (Items.FirstOrDefault(item => item.Image == image) is not { IsOpen: true })
            {
                Move(image, +1);
                return;
            }
            Book.Skip(image, _who);
            Advance(image);
            Said = $"{Name(image)}: skipped";
        });

    /// <summary>Shows the image before another one.</summary>
    internal Task BackAsync(string image) => Step(() => Move(image, -1));

    /// <summary>Takes the last step back and shows its image.</summary>
    internal Task UndoAsync() =>
        Step(() =>
        {
            if (Book.Undo(_who) is not { } image)
            {
                Said = "Nothing to undo";
                return;
            }
            _shown = image;
            Said = $"{Name(image)}: undone";
        });

    /// <summary>Shows an image.</summary>
    internal Task ShowAsync(string image) => Step(() => Show(image));

    /// <summary>Adds images at the end, and shows the first of them that is open.</summary>
    /// <returns>Number of images that were not there.</returns>
    internal async Task<int> AddAsync(IReadOnlyList<int> indices, string by, bool unsure = false)
    {
        int added = 0;
        await Step(() =>
        {
            added = Book.AddImages([.. indices.Select(i => ImageKey.Of(Images, i))], by, unsure);
            Advance(_shown);
            Said = $"{added:N0} images added";
        });
        return added;
    }

    /// <summary>Removes a class that no image has.</summary>
    internal Task RemoveClassAsync(string name) => Step(() => Book.RemoveClass(name));

    /// <inheritdoc/>
    public void Dispose()
    {
        Book.Changed -= Tell;
        Changed = null;
        Book.Leave(_who);
    }

    /// <summary>The place of an image in messages, as in <c>Image 3</c>.</summary>
    private string Name(string image) => $"Image {Book.State.IndexOf(image) + 1}";

    private void Advance(string? image)
    {
        string? next = image;
        // Images whose files are gone cannot be shown.
        for (int i = 0; i < Book.State.Items.Length; i++)
        {
            next = Book.State.NextOpen(next);
            if (next is null || _indices.ContainsKey(next))
                break;
        }
        _shown = next is not null && _indices.ContainsKey(next) ? next : image;
    }

    private void Move(string image, int by)
    {
        var items = Items;
        int at = items.Index().FirstOrDefault(pair => pair.Item.Image == image, (-1, null!)).Index;
        if (at >= 0 && at + by >= 0 && at + by < items.Count)
            Show(items[at + by].Image);
    }

    private void Show(string image)
    {
        if (!_indices.ContainsKey(image))
            return;
        _shown = image;
        Said = "";
        Book.MoveTo(image);
    }

    /// <summary>Runs a step off the page's thread, one after the other, and keeps what is wrong with it.</summary>
    private async Task Step(Action step)
    {
        await _turn.WaitAsync();
        try
        {
            await Task.Run(step);
            Problem = null;
        }
        catch (Exception e) when (Problems.IsExpected(e))
        {
            Problem = Problems.Text(e);
        }
        finally
        {
            _turn.Release();
        }
        Tell();
    }

    private void Tell() => Changed?.Invoke();
}
