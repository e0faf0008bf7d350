namespace Elbo.Studio.Pages.Explore;

/// <summary>The images of the page Explore that have a card.</summary>
public enum ImageRole
{
    /// <summary>The first selected image.</summary>
    A,

    /// <summary>The second selected image.</summary>
    B,

    /// <summary>The user's own picture.</summary>
    Own,
}
