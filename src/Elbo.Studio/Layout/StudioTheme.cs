using MudBlazor;

namespace Elbo.Studio.Layout;

/// <summary>Colours and fonts of the pages. Fonts are those of the system: no page asks another host for any.</summary>
internal static class StudioTheme
{
    private static readonly string[] Fonts = ["system-ui", "Segoe UI", "Roboto", "Helvetica", "Arial", "sans-serif"];

    public static MudTheme Theme { get; } =
        new()
        {
            PaletteLight = new PaletteLight
            {
                Primary = "#1f5fb8",
                Secondary = "#a5477a",
                AppbarBackground = "#1d3557",
                AppbarText = "#ffffff",
                Background = "#ffffff",
                DrawerBackground = "#f6f7f9",
                TextPrimary = "#1c1e22",
                TextSecondary = "#50545c",
            },
            PaletteDark = new PaletteDark
            {
                Primary = "#82b1ff",
                PrimaryContrastText = "#10131a",
                Secondary = "#e59ac3",
                AppbarBackground = "#12202f",
                AppbarText = "#f2f4f7",
                Background = "#15171c",
                Surface = "#1e2127",
                DrawerBackground = "#191c22",
                TextPrimary = "#e8eaee",
                TextSecondary = "#b4b8c0",
            },
            Typography = new Typography
            {
                Default = new DefaultTypography { FontFamily = Fonts, FontSize = "0.9375rem" },
                Button = new ButtonTypography { FontFamily = Fonts, TextTransform = "none" },
            },
            LayoutProperties = new LayoutProperties { DefaultBorderRadius = "6px" },
        };
}
