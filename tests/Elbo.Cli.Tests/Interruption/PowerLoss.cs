namespace Elbo.Cli.Tests.Interruption;

/// <summary>How a file system treats changes of folders that were not flushed.</summary>
internal enum FolderOrder
{
    /// <summary>As a journal: all changes before some moment are there, and none after it.</summary>
    Journal,

    /// <summary>Each change may be lost, unless an earlier one of the same name is lost, on which it depends.</summary>
    None,
}

/// <summary>What a disk may hold after a power loss: all that was flushed, and any part of the rest.</summary>
internal static class PowerLoss
{
    /// <summary>Writes what is left of a log to a folder.</summary>
    /// <param name="log">The log.</param>
    /// <param name="moment">Number of changes before the power loss.</param>
    /// <param name="order">The file system.</param>
    /// <param name="random">Chooses what is lost of that which may be lost.</param>
    /// <param name="folder">The folder, which is created.</param>
    public static void Write(DiskLog log, int moment, FolderOrder order, Random random, string folder)
    {
        var changes = log.Changes.Take(moment).ToArray();
        bool[] stays = Stays(changes, order, random);
        var tree = log.Before.Copy();
        for (int i = 0; i < changes.Length; i++)
            if (stays[i])
                tree.Apply(changes[i]);
            else if (changes[i] is Made made)
                tree.Reserve(made);
        var writes = changes
            .Select((change, i) => (Change: change as Wrote, IsFlushed: IsFlushed(changes, i, FolderOrder.None)))
            .Where(write => write.Change is not null)
            .ToLookup(write => write.Change!.Node);
        tree.Write(
            folder,
            (node, before) => Content(before, [.. writes[node].Select(w => (w.Change!, w.IsFlushed))], random)
        );
    }

    /// <summary>Which changes of entries are on the disk.</summary>
    private static bool[] Stays(DiskChange[] changes, FolderOrder order, Random random)
    {
        int[] entries = [.. Enumerable.Range(0, changes.Length).Where(i => changes[i].Entries.Count > 0)];
        bool[] stays = new bool[changes.Length];
        if (order == FolderOrder.Journal)
        {
            int flushed = Array.FindLastIndex(changes, change => change is Flushed),
                last = random.Next(flushed, changes.Length);
            foreach (int i in entries)
                stays[i] = i <= last;
            return stays;
        }
        // What a flushed change depends on is there as well.
        var needed = new HashSet<(int, string)>();
        foreach (int i in entries.Reverse())
        {
            stays[i] = IsFlushed(changes, i, order) || changes[i].Entries.Any(needed.Contains);
            if (stays[i])
                needed.UnionWith(changes[i].Entries);
        }
        var lost = new HashSet<(int, string)>();
        double share = random.NextDouble();
        foreach (int i in entries)
        {
            stays[i] |= !changes[i].Entries.Any(lost.Contains) && random.NextDouble() < share;
            if (!stays[i])
                lost.UnionWith(changes[i].Entries);
        }
        return stays;
    }

    private static bool IsFlushed(DiskChange[] changes, int index, FolderOrder order)
    {
        var rest = changes.Skip(index + 1).OfType<Flushed>();
        if (order == FolderOrder.Journal)
            return rest.Any();
        if (rest.Any(flush => flush.Node is null))
            return true;
        return changes[index] is Wrote wrote
            ? rest.Any(flush => flush.Node == wrote.Node)
            : changes[index].Entries.All(entry => rest.Any(flush => flush.Node == entry.Folder));
    }

    /// <summary>Contents of a file: what was flushed, then all, nothing, a part, or zeros of the rest.</summary>
    private static byte[] Content(byte[] before, (Wrote Change, bool IsFlushed)[] writes, Random random)
    {
        using var file = new MemoryStream();
        file.Write(before);
        int fate = random.Next(4),
            kept = random.Next(writes.Length + 1);
        for (int i = 0; i < writes.Length; i++)
        {
            var (write, isFlushed) = writes[i];
            if (!isFlushed && (fate == 1 || (fate == 2 && i > kept)))
                break;
            if (write.Bytes is not { } bytes)
            {
                file.SetLength(write.At);
                continue;
            }
            bool zeros = !isFlushed && fate == 3,
                torn = !isFlushed && fate == 2 && i == kept;
            file.Position = write.At;
            file.Write(
                zeros ? new byte[bytes.Length]
                : torn ? bytes.AsSpan(0, random.Next(bytes.Length + 1))
                : bytes
            );
        }
        return file.ToArray();
    }
}
