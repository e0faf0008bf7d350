namespace Elbo.Data;

/// <summary>What takes time in getting a dataset.</summary>
public enum DataActivity
{
    /// <summary>A file comes from a mirror; counted in bytes.</summary>
    Downloading,

    /// <summary>Files come out of an archive; counted in files.</summary>
    Unpacking,

    /// <summary>Image files are read; counted in files.</summary>
    Reading,
}
