using System.Buffers.Binary;
using System.Text.Json.Nodes;
using static Elbo.Figures.Interactive.PageShell;

namespace Elbo.Figures.Interactive;

/// <summary>The positions of all points of an <see cref="InteractiveScatter"/> at one moment.</summary>
/// <param name="Name">Name of the moment, such as <c>epoch 3</c>.</param>
/// <param name="Coordinates">Finite coordinates, in the order of the points, (N, dimensions).</param>
public sealed record ScatterFrame(string Name, ReadOnlyMemory<float> Coordinates)
{
    internal void RequireFor(InteractiveScatter scatter)
    {
        if (Coordinates.Length != scatter.Coordinates.Length)
            throw new ArgumentException(
                $"got {Coordinates.Length} numbers in the frame '{Name}'; {scatter.Count} points of "
                    + $"{scatter.Dimensions} dimensions need {scatter.Coordinates.Length}."
            );
        foreach (float value in Coordinates.Span)
            if (!float.IsFinite(value))
                throw new ArgumentException($"got {value} in the frame '{Name}'; its coordinates must be finite.");
    }
}

/// <summary>Slider, button, data and script that move the points of an <see cref="InteractiveScatter"/>.</summary>
internal static class ScatterFilm
{
    /// <summary>Slider and button, and their style if asked for; empty for points that do not move.</summary>
    public static string Controls(InteractiveScatter scatter, bool style)
    {
        int last = scatter.Frames.Count - 1;
        return last < 0
            ? ""
            : $"""
                {(style ? $"\n<style>\n{Resource("controls.css")}</style>" : "")}
                <div class="elbo-controls">
                <button type="button" class="elbo-play">Play</button>
                <input type="range" class="elbo-slider" min="0" max="{last}" step="1" value="{last}"
                aria-label="moment shown" aria-valuetext="{Text(scatter.Frames[last].Name)}" />
                <span class="elbo-place" aria-hidden="true">{Text(scatter.Frames[last].Name)}</span>
                </div>
                """;
    }

    /// <summary>The data, to follow those of the scatter plot; empty for points that do not move.</summary>
    public static string Positions(InteractiveScatter scatter) =>
        scatter.Frames.Count == 0
            ? ""
            : $"\n<script type=\"application/json\" class=\"elbo-frames\">{Data(scatter)}</script>";

    /// <summary>The script, to follow that of the scatter plot; empty for points that do not move.</summary>
    public static string Script(InteractiveScatter scatter, string id) =>
        scatter.Frames.Count == 0
            ? ""
            : $"""

                <script>
                {Resource("film.js")}elboFilm(document.getElementById("{id}"));
                </script>
                """;

    /// <summary>
    /// Positions as 16-bit fractions of the limits of their axis, little-endian in Base64, one frame after the other.
    /// </summary>
    private static string Data(InteractiveScatter scatter)
    {
        var limits = ScatterPage.Limits(scatter);
        byte[] bytes = new byte[sizeof(ushort) * scatter.Coordinates.Length * scatter.Frames.Count];
        var rest = bytes.AsSpan();
        foreach (var frame in scatter.Frames)
            for (int i = 0; i < frame.Coordinates.Length; i++, rest = rest[sizeof(ushort)..])
            {
                var (low, high, _) = limits[i % scatter.Dimensions];
                double share = high > low ? ((double)frame.Coordinates.Span[i] - low) / ((double)high - low) : 0;
                BinaryPrimitives.WriteUInt16LittleEndian(rest, (ushort)Math.Round(share * ushort.MaxValue));
            }
        return new JsonObject
        {
            ["names"] = new JsonArray([.. scatter.Frames.Select(frame => JsonValue.Create(frame.Name))]),
            ["low"] = new JsonArray([.. limits.Select(axis => JsonValue.Create(axis.Low))]),
            ["high"] = new JsonArray([.. limits.Select(axis => JsonValue.Create(axis.High))]),
            ["positions"] = Convert.ToBase64String(bytes),
        }.ToJsonString();
    }
}
