namespace Elbo.Cli.Tests.Interruption;

/// <summary>A change that a process has made on a disk. Files and folders are numbered, as inodes are.</summary>
internal abstract record DiskChange
{
    /// <summary>The entries of folders that it changes.</summary>
    public virtual IReadOnlyList<(int Folder, string Name)> Entries => [];
}

/// <summary>A new file or folder.</summary>
internal sealed record Made(int Folder, string Name, int Node, bool IsFolder) : DiskChange
{
    public override IReadOnlyList<(int Folder, string Name)> Entries => [(Folder, Name)];
}

/// <summary>A file or folder that got another name, or that swapped names with another one.</summary>
internal sealed record Moved((int Folder, string Name) From, (int Folder, string Name) To, bool Swaps) : DiskChange
{
    public override IReadOnlyList<(int Folder, string Name)> Entries => [From, To];
}

/// <summary>A file that lost its name, or an empty folder that was deleted.</summary>
internal sealed record Removed(int Folder, string Name) : DiskChange
{
    public override IReadOnlyList<(int Folder, string Name)> Entries => [(Folder, Name)];
}

/// <summary>Bytes written to a file, or without bytes a new length.</summary>
internal sealed record Wrote(int Node, long At, byte[]? Bytes) : DiskChange;

/// <summary>A file or folder, or without a number everything, that was flushed to the disk.</summary>
internal sealed record Flushed(int? Node) : DiskChange;

/// <summary>Text for a person or a script, after which what it says must hold.</summary>
internal sealed record Said(bool IsResult, string Text) : DiskChange;

/// <summary>Files and folders as names and numbers, with the contents that files had at first.</summary>
internal sealed class DiskTree
{
    public const int Root = 0;

    private readonly Dictionary<int, SortedDictionary<string, int>> _folders = new() { [Root] = [] };
    private readonly Dictionary<int, byte[]> _contents = [];

    private DiskTree() { }

    /// <summary>Number of files and folders so far.</summary>
    public int Count { get; private set; } = 1;

    /// <summary>The files and folders below a real folder.</summary>
    public static DiskTree Read(string folder)
    {
        var tree = new DiskTree();
        tree.ReadFolder(folder, Root);
        return tree;
    }

    /// <summary>A copy whose entries change on their own.</summary>
    public DiskTree Copy()
    {
        var copy = new DiskTree { Count = Count };
        foreach (var (folder, entries) in _folders)
            copy._folders[folder] = new SortedDictionary<string, int>(entries);
        foreach (var (file, bytes) in _contents)
            copy._contents[file] = bytes;
        return copy;
    }

    /// <summary>The folder and the name of a relative path.</summary>
    public (int Folder, string Name) Find(string path)
    {
        string[] parts = [.. path.Split('/').Where(part => part is not ("" or "."))];
        int folder = Root;
        foreach (string part in parts.SkipLast(1))
            folder = _folders[folder][part];
        return (folder, parts[^1]);
    }

    /// <summary>The number of an entry; null if there is none.</summary>
    public int? this[(int Folder, string Name) entry] =>
        _folders.TryGetValue(entry.Folder, out var entries) && entries.TryGetValue(entry.Name, out int node)
            ? node
            : null;

    /// <summary>Changes entries; other changes do nothing.</summary>
    public void Apply(DiskChange change)
    {
        switch (change)
        {
            case Made made:
                Count = Math.Max(Count, made.Node + 1);
                _folders[made.Folder][made.Name] = made.Node;
                Reserve(made);
                break;
            case Moved moved when this[moved.From] is { } node:
                int? other = this[moved.To];
                _folders[moved.From.Folder].Remove(moved.From.Name);
                _folders[moved.To.Folder][moved.To.Name] = node;
                if (moved.Swaps)
                    _folders[moved.From.Folder][moved.From.Name] = other!.Value;
                break;
            case Removed removed when _folders.TryGetValue(removed.Folder, out var entries):
                entries.Remove(removed.Name);
                break;
        }
    }

    /// <summary>Makes a file or folder that has no name, so that later changes of it have a place.</summary>
    public void Reserve(Made made)
    {
        if (made.IsFolder)
            _folders.TryAdd(made.Node, []);
        else
            _contents.TryAdd(made.Node, []);
    }

    /// <summary>Writes all that has a name to a real folder.</summary>
    /// <param name="folder">The folder, which is created if missing.</param>
    /// <param name="content">The contents of a file, from its number and its contents at first.</param>
    public void Write(string folder, Func<int, byte[], byte[]> content) => WriteFolder(folder, Root, content);

    private void ReadFolder(string path, int folder)
    {
        foreach (string entry in Directory.EnumerateFileSystemEntries(path))
        {
            int node = Count++;
            _folders[folder][Path.GetFileName(entry)] = node;
            if (Directory.Exists(entry))
            {
                _folders[node] = [];
                ReadFolder(entry, node);
            }
            else
                _contents[node] = File.ReadAllBytes(entry);
        }
    }

    private void WriteFolder(string path, int folder, Func<int, byte[], byte[]> content)
    {
        Directory.CreateDirectory(path);
        foreach (var (name, node) in _folders[folder])
            if (_folders.ContainsKey(node))
                WriteFolder(Path.Combine(path, name), node, content);
            else
                File.WriteAllBytes(Path.Combine(path, name), content(node, _contents[node]));
    }
}
