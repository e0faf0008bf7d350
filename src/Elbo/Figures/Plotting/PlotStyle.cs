using Elbo.Figures.Drawing;

namespace Elbo.Figures.Plotting;

/// <summary>Sizes in points and colours shared by all plots.</summary>
internal static class PlotStyle
{
    public const double Margin = 10;
    public const double TickLength = 3;
    public const double TickGap = 3;
    public const double LabelGap = 6;
    public const double TitleGap = 8;
    public const double NoteGap = 4;
    public const double LegendGap = 12;
    public const double LegendKey = 18;
    public const double LegendMarkerKey = 8;
    public const double LegendKeyGap = 5;
    public const double LegendRow = 14;
    public const double LegendMarker = 5.5;
    public const double Tilt = 35;
    public const double LineWidth = 1.4;

    public static readonly Rgba Ink = Rgba.FromHex("#222222");
    public static readonly Rgba Soft = Rgba.FromHex("#444444");

    public static readonly Stroke Frame = new(Rgba.FromHex("#555555"), 0.75);
    public static readonly Stroke GridLine = new(Rgba.FromHex("#E4E4E4"), 0.5);

    public static readonly TextStyle Title = new(
        11.5,
        Ink,
        HorizontalAlignment.Center,
        VerticalAlignment.Top,
        Bold: true
    );
    public static readonly TextStyle Label = new(10, Ink, HorizontalAlignment.Center, VerticalAlignment.Top);
    public static readonly TextStyle XTick = new(8.5, Soft, HorizontalAlignment.Center, VerticalAlignment.Top);
    public static readonly TextStyle TiltedXTick = new(8.5, Soft, HorizontalAlignment.End, VerticalAlignment.Top, Tilt);
    public static readonly TextStyle YTick = new(8.5, Soft, HorizontalAlignment.End, VerticalAlignment.Middle);
    public static readonly TextStyle Note = new(8, Soft, HorizontalAlignment.End, VerticalAlignment.Top);
    public static readonly TextStyle LegendTitle = new(
        9,
        Soft,
        HorizontalAlignment.Start,
        VerticalAlignment.Middle,
        Bold: true
    );
    public static readonly TextStyle Legend = new(9, Ink, HorizontalAlignment.Start, VerticalAlignment.Middle);
}
