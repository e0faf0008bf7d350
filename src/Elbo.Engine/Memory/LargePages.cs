using System.Runtime.InteropServices;

namespace Elbo.Engine.Memory;

/// <summary>
/// Memory that the system is asked to map in pages of 2 MB, where it can: a weight matrix then needs a few entries of
/// the translation buffer instead of hundreds.
/// </summary>
internal static unsafe partial class LargePages
{
    private const nuint PageSize = 2 * 1024 * 1024;
    private const int HugePage = 14; // MADV_HUGEPAGE in Linux' sys/mman.h

    /// <summary>To be freed with <see cref="NativeMemory.AlignedFree"/>.</summary>
    public static void* Allocate(nuint bytes, nuint alignment)
    {
        if (!OperatingSystem.IsLinux() || bytes < PageSize)
            return NativeMemory.AlignedAlloc(bytes, alignment);
        void* memory = NativeMemory.AlignedAlloc(bytes, PageSize);
        // Whole pages only, so that no more memory is taken than was asked for. Whether the system follows the advice
        // makes no difference to the caller.
        _ = Advise(memory, bytes / PageSize * PageSize, HugePage);
        return memory;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}
