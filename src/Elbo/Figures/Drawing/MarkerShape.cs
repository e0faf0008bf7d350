namespace Elbo.Figures.Drawing;

/// <summary>The sign that stands for a point of data.</summary>
public enum MarkerShape
{
    /// <summary>A disc.</summary>
    Circle,

    /// <summary>An upright square.</summary>
    Square,

    /// <summary>A triangle on its base.</summary>
    TriangleUp,

    /// <summary>A square on a corner.</summary>
    Diamond,

    /// <summary>A triangle on its tip.</summary>
    TriangleDown,

    /// <summary>An upright cross.</summary>
    Plus,
}
