using Elbo.Formats;

namespace Elbo.Tests.Formats;

/// <summary>
/// A test that decodes JPEG files and is reported skipped, with the reason, where the library for that is missing.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class JpegFactAttribute : FactAttribute
{
    public JpegFactAttribute()
    {
        if (!JpegReader.IsAvailable)
            Skip = "needs the library libturbojpeg; Debian's package is libturbojpeg0.";
    }
}
