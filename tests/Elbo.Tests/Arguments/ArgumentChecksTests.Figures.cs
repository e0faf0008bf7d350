using Elbo.Figures;
using Elbo.Figures.Drawing;
using Elbo.Figures.Interactive;
using Elbo.Figures.Plotting;

namespace Elbo.Tests.Arguments;

/// <content>Figures and pages.</content>
public sealed partial class ArgumentChecksTests
{
    private static Row[] OfFigures =>
        [
            Wrong("bitmap without width", _ => new Bitmap(0, 2, 1), "0×2", "at least 1×1"),
            Wrong("bitmap of two channels", _ => new Bitmap(2, 2, 2), "2 channels", "1 (grey) or 3"),
            Wrong("bitmap that overflows", _ => new Bitmap(65_536, 65_536, 3), "65536×65536", "at most"),
            OutOfRange("pixel that is not there", _ => GC.KeepAlive(new Bitmap(2, 2, 1)[2, 0]), "x is 2", "0 to 1"),
            OutOfRange("pixel that overflows", _ => new Bitmap(2, 2, 1)[0, int.MinValue] = 1, "y is -2147483648"),
            OutOfRange("channel that is not there", _ => GC.KeepAlive(new Bitmap(2, 2, 1)[0, 0, 1]), "channel is 1"),
            OutOfRange("enlargement that overflows", _ => new Bitmap(2, 2, 1).Enlarge(int.MaxValue), "2147483647"),
            Wrong("image of another size", _ => Bitmap.FromImage(new float[5], Shape), "5 values", "2×2"),
            Wrong(
                "image without shape",
                _ => Bitmap.FromImage(new float[4], default),
                "0 channels of 0×0",
                "1 or more"
            ),
            Wrong("grid without rows", _ => ImageGrid.Compose(Points, Shape, 0, 4), "0 rows"),
            Wrong(
                "grid that overflows",
                _ => ImageGrid.Compose(Points, Shape, 65_536, 65_536),
                "65536 rows and 65536 columns"
            ),
            Wrong(
                "padding negative",
                _ => ImageGrid.Compose(Points, Shape, 2, 2, new() { Padding = -1 }),
                "Padding is -1",
                "0 to"
            ),
            Wrong(
                "scale that overflows",
                _ => ImageGrid.Compose(Points, Shape, 2, 2, new() { Scale = int.MaxValue }),
                "Scale is 2147483647"
            ),
            Wrong(
                "pairs of another number",
                _ => ImageGrid.ComposePairs(Points, Points.AsSpan(4), Shape, 2, 2),
                "16 values with 12"
            ),
            Wrong("no panels", _ => new ImagePanels([]), "no panels"),
            Wrong("panel null", _ => new ImagePanels([null!]), "entry 0 of panels"),
            Null("Image", _ => new ImagePanel("caption", null!)),
            Null("Cells", _ => new ImageRow("title", null!)),
            Wrong("row null", _ => new ImageRows([null!]), "entry 0 of rows"),
            Wrong(
                "points per pixel infinite",
                _ => new ImagePanels([new("", new Bitmap(1, 1, 1))], "", double.PositiveInfinity),
                "Infinity",
                "positive"
            ),
            Wrong("no figures", _ => new FigureGrid([]), "no figures"),
            Wrong("figure null", _ => new FigureGrid([null!]), "entry 0 of figures"),
            Null("title", _ => new FigureGrid([new Plot()], null!)),
            Wrong("ending", t => FigureWriter.Save(new Plot(), t._folder.File("x.gif")), "'.gif'", ".png, .pdf, .svg"),
            Wrong(
                "resolution infinite",
                _ => FigureWriter.EncodePng(new Plot(), double.PositiveInfinity),
                "Infinity pixels per point",
                "fewer"
            ),
            Wrong(
                "resolution NaN",
                _ => FigureWriter.Render(new Plot(), double.NaN),
                "NaN pixels per point",
                "positive"
            ),
            Wrong(
                "labels of clusters null",
                _ => new ClusterFigure(Points, Shape, 4, [null!], "title"),
                "entry 0 of labels"
            ),
            OutOfRange("clusters without images", _ => new ClusterFigure(Points, Shape, 0, ["a"], "title"), "'0'"),
            Wrong(
                "assignments without shape",
                _ => new AssignmentFigure(Points, Points, Points, default, 4, "title"),
                "0 channels of 0×0"
            ),
            Wrong(
                "probability NaN",
                _ => new AssignmentFigure(Points, Points, With(float.NaN), Shape, 4, "title"),
                "value 5 is NaN",
                "probabilities must be in [0, 1]"
            ),
            OutOfRange(
                "range infinite",
                _ => ManifoldGrid.Codes(2, 2, float.PositiveInfinity),
                "range is Infinity",
                "above 0"
            ),
            OutOfRange("codes that overflow", _ => ManifoldGrid.QuantileCodes(65_536, 65_536), "'65536'"),
            OutOfRange("manifold without columns", _ => ManifoldFigure.Compose(Points, Shape, 0, 4), "'0'"),
            Wrong(
                "manifold of another number",
                _ => ManifoldFigure.Compose(Points, Shape, 3, 4),
                "16 values",
                "need 48"
            ),
            Wrong("half a code", _ => LatentScatter.Create([1, 2, 3]), "3 numbers", "(N, 2)"),
            OutOfRange(
                "undefined palette",
                _ => LatentScatter.Create<int>([1, 2], [], [], colors: (ColorScheme)99),
                "colors is 99",
                "Labels, Clusters"
            ),
            Wrong(
                "one axis",
                _ => LatentScatter.Create<int>([1, 2], [], [], axisLabels: ["x"]),
                "1 labels of axes",
                "2"
            ),
            Wrong("class without a name", _ => LatentScatter.Create<int>([1, 2], [1], ["a"]), "class 1 with 1 names"),
            Wrong(
                "azimuth NaN",
                _ => LatentScatter.CreateSpace<int>([1, 2, 3], [], [], azimuth: double.NaN),
                "azimuth is NaN",
                "degrees"
            ),
            Wrong("curve null", _ => LossCurves.Create([null!]), "entry 0 of curves"),
            Wrong(
                "means of another number",
                _ => AccuracyCurves.Create([new("a", [1], [], [0])], "title"),
                "0 means",
                "1 budgets"
            ),
            Wrong(
                "groups of another number",
                _ => new SelectionFigure(Points, ["x", "y"]).Groups([0], ["a"], "title"),
                "1 groups with 8 points"
            ),
            Wrong(
                "axes of another number",
                _ => new SelectionFigure(Points, ["x"]).Groups(new int[8], ["a"], "title"),
                "1 labels of axes"
            ),
            OutOfRange(
                "chosen image that is not there",
                _ => new SelectionFigure(Points, ["x", "y"]).Choice([8], [], [], "title"),
                "index is 8",
                "0 to 7"
            ),
            OutOfRange("colour −1", _ => Palette.ClassColor(-1), "'-1'"),
            OutOfRange("undefined scheme", _ => Palette.ClassColor(0, (ColorScheme)99), "scheme is 99"),
            OutOfRange("axis 3", _ => GC.KeepAlive(new SpacePoint(1, 2, 3)[3]), "axis is 3", "0, 1 or 2"),
            Wrong(
                "undefined line style",
                _ => GC.KeepAlive(new Stroke(Rgba.Black, 1, (LineStyle)99).DashLengths),
                "99"
            ),
            OutOfRange(
                "undefined legend",
                _ => FigureWriter.EncodeSvg(new Plot { Legend = (LegendPlacement)99 }),
                "placement is 99",
                "Below"
            ),
            Null("points", _ => new LineSeries("a", null!, new Stroke(Rgba.Black))),
            Null("values", _ => new BarSeries("a", null!, Rgba.Black)),
            Null("canvas", _ => new LineSeries("a", [], new Stroke(Rgba.Black)).Draw(null!, default)),
            OutOfRange("area NaN", _ => new Plot().WithArea(double.NaN, 1), "width is NaN", "above 0"),
            Wrong("series null", _ => FigureWriter.EncodeSvg(new Plot { Series = [null!] }), "Series"),
            Wrong(
                "scatter of four dimensions",
                _ => new InteractiveScatter { Coordinates = Points, Dimensions = 4 }.ToPage(),
                "4 dimensions",
                "2 or 3"
            ),
            Null(
                "Classes",
                _ =>
                    new InteractiveScatter
                    {
                        Coordinates = Points,
                        Dimensions = 2,
                        Classes = null!,
                    }.ToPage()
            ),
            Null("id", _ => new InteractiveScatter { Coordinates = Points, Dimensions = 2 }.ToFragment(null!)),
            Wrong(
                "identifier",
                _ => new InteractiveScatter { Coordinates = Points, Dimensions = 2 }.ToFragment("a b"),
                "'a b'",
                "letters"
            ),
            Wrong(
                "player without shape",
                _ => new FramePlayer { Frames = Points, Shape = default }.ToPage(),
                "16 values"
            ),
        ];
}
