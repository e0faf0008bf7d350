namespace Elbo.Figures.Drawing;

/// <summary>An upright rectangle on a canvas, in points from its top left corner.</summary>
public readonly record struct Box(double X, double Y, double Width, double Height)
{
    /// <summary>Right side.</summary>
    public double Right => X + Width;

    /// <summary>Lower side.</summary>
    public double Bottom => Y + Height;

    /// <summary>Middle from left to right.</summary>
    public double CenterX => X + (Width / 2);

    /// <summary>Middle from top to bottom.</summary>
    public double CenterY => Y + (Height / 2);
}
