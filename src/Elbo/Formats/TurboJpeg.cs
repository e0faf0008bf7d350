using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Elbo.Formats;

/// <summary>The functions of libturbojpeg that decode, looked for when the first JPEG is read.</summary>
/// <remarks>
/// The TurboJPEG C interface of libjpeg-turbo 2.0 and later, which version 3 keeps. A decoder belongs to one thread at
/// a time.
/// </remarks>
internal sealed class TurboJpeg
{
    /// <summary>
    /// TJFLAG_ACCURATEDCT, and TJFLAG_LIMITSCANS: a small file with endless progressive scans is refused.
    /// </summary>
    public const int Flags = 4096 | 32768;

    /// <summary>What the library is called by the systems it comes with.</summary>
    private static readonly string[] Names =
    [
        "libturbojpeg.so.0",
        "libturbojpeg.so",
        "libturbojpeg.0.dylib",
        "libturbojpeg.dylib",
        "turbojpeg.dll",
        "libturbojpeg.dll",
    ];

    /// <summary>Where package managers put it on macOS, whose loader does not look there.</summary>
    private static readonly string[] Folders =
    [
        "",
        "/opt/homebrew/opt/jpeg-turbo/lib/",
        "/usr/local/opt/jpeg-turbo/lib/",
        "/opt/local/lib/",
    ];

    private static readonly Lazy<TurboJpeg?> Found = new(() => Find(Names));

    private readonly CreateDecoder _create;
    private readonly LastError _lastError;
    private readonly DestroyDecoder _destroy;

    private TurboJpeg(nint library)
    {
        _create = Function<CreateDecoder>("tjInitDecompress");
        ReadHeader = Function<ReadHeaderFunction>("tjDecompressHeader3");
        Decompress = Function<DecompressFunction>("tjDecompress2");
        _lastError = Function<LastError>("tjGetErrorStr2");
        _destroy = Function<DestroyDecoder>("tjDestroy");

        T Function<T>(string name)
            where T : Delegate => Marshal.GetDelegateForFunctionPointer<T>(NativeLibrary.GetExport(library, name));
    }

    /// <summary>Width, height, subsampling and colours of a JPEG; 0 where that went well.</summary>
    public delegate int ReadHeaderFunction(
        nint decoder,
        byte[] file,
        CULong length,
        out int width,
        out int height,
        out int subsampling,
        out Colours colours
    );

    /// <summary>
    /// The pixels of a JPEG, row by row from the top; 0 where that went well, −1 for an error or a warning.
    /// </summary>
    public delegate int DecompressFunction(
        nint decoder,
        byte[] file,
        CULong length,
        byte[] pixels,
        int width,
        int rowLength,
        int height,
        PixelFormat format,
        int flags
    );

    private delegate nint CreateDecoder();

    private delegate nint LastError(nint decoder);

    private delegate int DestroyDecoder(nint decoder);

    /// <summary>TJCS: how the file keeps colours.</summary>
    [SuppressMessage("Design", "CA1008:Enums should have zero value", Justification = "The numbers are the library's.")]
    public enum Colours
    {
        Rgb = 0,
        YCbCr = 1,
        Grey = 2,
        Cmyk = 3,
        Ycck = 4,
    }

    /// <summary>TJPF: how pixels come out.</summary>
    public enum PixelFormat
    {
        Rgb = 0,
        Grey = 6,
        Cmyk = 11,
    }

    /// <summary>The library, or null where it is not installed.</summary>
    public static TurboJpeg? Installed => Found.Value;

    /// <summary>The library.</summary>
    /// <exception cref="MissingLibraryException">It is not installed; the message says what to do.</exception>
    public static TurboJpeg Required => Installed ?? throw Missing();

    public ReadHeaderFunction ReadHeader { get; }

    public DecompressFunction Decompress { get; }

    /// <summary>The first library of these names that has all the functions, or null.</summary>
    public static TurboJpeg? Find(params IReadOnlyList<string> names)
    {
        foreach (string folder in Folders)
        foreach (string name in names)
        {
            if (!NativeLibrary.TryLoad(folder + name, out nint library))
                continue;
            try
            {
                return new TurboJpeg(library);
            }
            catch (EntryPointNotFoundException)
            {
                NativeLibrary.Free(library); // older than 2.0
            }
        }
        return null;
    }

    /// <summary>What to throw where the library is missing.</summary>
    public static MissingLibraryException Missing() =>
        new(
            "JPEG files are read by libturbojpeg 2.0 or later, which is not installed: "
                + "'apt-get install libturbojpeg0' (Debian, Ubuntu), 'dnf install turbojpeg' (Fedora), 'brew "
                + "install jpeg-turbo' (macOS), "
                + "or turbojpeg.dll of libjpeg-turbo.org in the PATH (Windows). PNG files need nothing."
        );

    /// <summary>A decoder, to be given to <see cref="Destroy"/>.</summary>
    public nint Create() =>
        _create() is var decoder and not 0
            ? decoder
            : throw new InsufficientMemoryException("libturbojpeg could not make a decoder.");

    /// <summary>What went wrong last, in the library's words.</summary>
    public string Error(nint decoder) =>
        (Marshal.PtrToStringUTF8(_lastError(decoder)) ?? "no reason given").ReplaceLineEndings(" ").TrimEnd('.');

    public void Destroy(nint decoder) => _destroy(decoder);
}
