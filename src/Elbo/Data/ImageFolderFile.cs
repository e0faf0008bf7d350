namespace Elbo.Data;

/// <summary>A file of an image folder that may be an image.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Name">Its path within the folder, with <c>/</c> between the parts whatever the system has.</param>
/// <param name="Label">Index of its class, or −1 without classes.</param>
internal sealed record ImageFolderFile(string Path, string Name, int Label);
