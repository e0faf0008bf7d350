using System.Net;
using Elbo.Engine;

namespace Elbo.Studio;

/// <summary>Options of <c>elbo studio</c>.</summary>
public sealed record StudioOptions
{
    /// <summary>Folder whose runs are shown, and where new runs are written.</summary>
    public string Folder { get; init; } = "runs";

    /// <summary>Further folders with images that the pages may read and train on.</summary>
    public IReadOnlyList<string>? Images { get; init; }

    /// <summary>Folder of dataset files; null uses <c>ELBO_DATA</c> and the cache folder.</summary>
    public string? DataDir { get; init; }

    /// <summary>Port of the page; 0 uses the first free one from <see cref="FirstPort"/> on.</summary>
    public int Port { get; init; }

    /// <summary>IP address to listen on. Any but a loopback address requires <see cref="PasswordFile"/>.</summary>
    public string Address { get; init; } = "127.0.0.1";

    /// <summary>File whose first line is the password that the page asks for; null uses a token in the URL.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>Whether to open the page in the default browser.</summary>
    public bool Open { get; init; }

    /// <summary>Number of threads for each computation; 0 means one per processor.</summary>
    public int Threads { get; init; }

    /// <summary>The device that computes with the models of the pages. A training has its own.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Whether a GPU rounds the factors of matrix products to ten bits.</summary>
    public bool TensorFloat32 { get; init; }

    /// <summary>The device that computes with the models of the pages.</summary>
    internal DeviceOptions DeviceOptions =>
        new()
        {
            Threads = Threads,
            Kind = Device,
            TensorFloat32 = TensorFloat32,
        };

    /// <summary>The first port that is tried if none is chosen.</summary>
    public const int FirstPort = 5180;

    /// <summary>Fewest characters of a password.</summary>
    public const int ShortestPassword = 8;

    /// <summary>The options by name.</summary>
    public static IReadOnlyList<OptionOf<StudioOptions>> List { get; } =
    [
        OptionOf<StudioOptions>.Texts(
            "images",
            "further folders with images that the pages may read",
            o => o.Images,
            (o, v) => o with { Images = v }
        ) with
        {
            ValueName = "DIR,DIR,…",
        },
        CommonOptions.DataDir<StudioOptions>(o => o.DataDir, (o, v) => o with { DataDir = v }),
        OptionOf<StudioOptions>.WholeNumber(
            "port",
            $"port of the page; 0 takes the first free one from {FirstPort} on",
            o => o.Port,
            (o, v) => o with { Port = v }
        ) with
        {
            Range = OptionRange.Between(0, 65535),
        },
        OptionOf<StudioOptions>.Text(
            "address",
            "IP address to listen on; other machines can reach the page at any but a loopback address, which needs "
                + "--password-file",
            o => o.Address,
            (o, v) => o with { Address = v }
        ) with
        {
            ValueName = "IP",
        },
        OptionOf<StudioOptions>.Text(
            "password-file",
            $"file whose first line is the password of the page, {ShortestPassword} characters or more",
            o => o.PasswordFile,
            (o, v) => o with { PasswordFile = v }
        ) with
        {
            ValueName = "FILE",
        },
        OptionOf<StudioOptions>.Flag(
            "open",
            "open the page in the default browser",
            o => o.Open,
            (o, v) => o with { Open = v }
        ),
        CommonOptions.Threads<StudioOptions>(o => o.Threads, (o, v) => o with { Threads = v }),
        CommonOptions.Device<StudioOptions>(o => o.Device, (o, v) => o with { Device = v }),
        CommonOptions.TensorFloat32<StudioOptions>(o => o.TensorFloat32, (o, v) => o with { TensorFloat32 = v }),
    ];

    /// <summary>Checks the options without accessing the disk.</summary>
    /// <returns>The address to listen on.</returns>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    public IPAddress Validate()
    {
        List.Validate(this);
        if (string.IsNullOrWhiteSpace(Folder))
            throw new ArgumentException("the folder of runs is empty; name a folder, such as runs.");
        if (!IPAddress.TryParse(Address, out var address))
            throw new ArgumentException($"address is '{Address}'; an IP address is needed, such as 127.0.0.1.");
        if (!IPAddress.IsLoopback(address) && PasswordFile is null)
            throw new ArgumentException(
                $"address is {Address}, which other machines can reach; give --password-file with a password for the "
                    + "page."
            );
        return address;
    }
}
