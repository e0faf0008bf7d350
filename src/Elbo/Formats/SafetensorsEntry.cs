using Elbo.Engine;

namespace Elbo.Formats;

/// <summary>Where a safetensors file keeps a tensor.</summary>
/// <param name="Name">Its name.</param>
/// <param name="ElementType">How elements are stored, in the format's words: <c>F32</c>, <c>I64</c>, <c>U8</c>,
/// …</param>
/// <param name="Shape">Its extents.</param>
/// <param name="Start">Its first byte, counted from the end of the header.</param>
/// <param name="End">The byte after its last.</param>
public sealed record SafetensorsEntry(string Name, string ElementType, Shape Shape, long Start, long End);
