using Elbo.Formats;

namespace Elbo.Workflows.Labelling;

/// <summary>
/// Labels that persons give to chosen images, on disk after every step. Several pages may use one at the same time, on
/// any threads.
/// </summary>
internal sealed class LabelBook
{
    private readonly Lock _gate = new();
    private readonly LabelFiles _files;
    private LabelState _state;

    private LabelBook(LabelFiles files, LabelState state) => (_files, _state) = (files, state);

    /// <summary>Called after a change, on any thread.</summary>
    public event Action? Changed;

    /// <summary>Path of the folder.</summary>
    public string Folder => _files.Folder;

    /// <summary>Name of the labelling.</summary>
    public string Name => Path.GetFileName(Folder);

    /// <summary>Path of the table that <c>elbo select --labelled</c> reads.</summary>
    public string Table => _files.Table;

    /// <summary>The labels and all else as they are now. It never changes; a step leads to another one.</summary>
    public LabelState State => Volatile.Read(ref _state);

    /// <summary>Creates the folder of a labelling, at a free name near the usual path.</summary>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static LabelBook Create(string usual, LabelState state)
    {
        using var folder = OutputFolder.Choose(null, usual, LabelFiles.StateName, overwrite: false);
        new LabelFiles(folder.Staging).Write(null, state);
        folder.Complete();
        return Open(folder.Path);
    }

    /// <summary>Opens a labelling, and deletes temporary files of a process that was killed while saving.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public static LabelBook Open(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"there is no labelling {folder}.");
        AtomicFile.DeleteStrays(folder);
        var files = new LabelFiles(Path.GetFullPath(folder));
        return new LabelBook(files, files.Read());
    }

    /// <summary>Reads the files again if somebody else has changed them.</summary>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="InvalidDataException">A file is damaged.</exception>
    public void Refresh()
    {
        lock (_gate)
        {
            if (!_files.HaveChanged)
                return;
            _state = _files.Read();
        }
        Changed?.Invoke();
    }

    /// <summary>Adds a class, and returns its name.</summary>
    /// <exception cref="ArgumentException">The name cannot be one of a class.</exception>
    public string AddClass(string text)
    {
        string name = "";
        Change(state => state.WithClass(text, out name));
        return name;
    }

    /// <summary>Removes a class that no image has.</summary>
    /// <exception cref="ArgumentException">Images have it.</exception>
    public void RemoveClass(string name) => Change(state => state.WithoutClass(name));

    /// <summary>Labels an image. A name that no class has adds one.</summary>
    /// <param name="image">The image.</param>
    /// <param name="label">Name of the class.</param>
    /// <param name="who">The page, which can undo the step.</param>
    /// <exception cref="ArgumentException">The image is unknown, or the name cannot be one of a class.</exception>
    /// <exception cref="IOException">The files cannot be written; the label is not given then.</exception>
    public void Assign(string image, string label, string who) =>
        Change(state => state.WithClass(label, out string name).WithStep(new LabelItem(image, name), who));

    /// <summary>Puts an image off. One that has a label keeps it.</summary>
    /// <inheritdoc cref="Assign"/>
    public void Skip(string image, string who) =>
        Change(state =>
            state.IndexOf(image) is >= 0 and var at && state.Items[at].Label is not null
                ? state
                : state.WithStep(new LabelItem(image, IsSkipped: true), who)
        );

    /// <summary>Takes the last step of a page back, or else that of a page that is gone.</summary>
    /// <returns>The image of that step; null if there is nothing to undo.</returns>
    /// <exception cref="IOException">The files cannot be written.</exception>
    public string? Undo(string who)
    {
        string? image = null;
        Change(state => state.WithoutLastStep(who, out image));
        return image;
    }

    /// <summary>Remembers which image to show when the labelling is opened again.</summary>
    public void MoveTo(string image) =>
        Change(state => state.Position == image || state.IndexOf(image) < 0 ? state : state with { Position = image });

    /// <summary>Adds images at the end, as <see cref="LabelState.WithImages"/> does.</summary>
    /// <returns>Number of images that were added.</returns>
    public int AddImages(IReadOnlyList<string> images, string by, bool unsure = false)
    {
        int added = 0;
        Change(state =>
        {
            var next = state.WithImages(images, by, unsure);
            added = next.Items.Length - state.Items.Length;
            return next;
        });
        return added;
    }

    /// <summary>Hands the steps of a page that closes to whoever comes next.</summary>
    public void Leave(string who)
    {
        lock (_gate)
            _state = _state with
            {
                Steps = [.. _state.Steps.Select(step => step.Who == who ? step with { Who = null } : step)],
            };
    }

    private void Change(Func<LabelState, LabelState> step)
    {
        lock (_gate)
        {
            if (_files.HaveChanged)
                _state = _files.Read();
            var next = step(_state);
            if (ReferenceEquals(next, _state))
                return;
            _files.Write(_state, next);
            Volatile.Write(ref _state, next);
        }
        Changed?.Invoke();
    }
}
