using System.Runtime.CompilerServices;

// Kernels write their scratch before they read it.
[module: SkipLocalsInit]
