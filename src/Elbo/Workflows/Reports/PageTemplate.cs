using System.Text;
using System.Text.RegularExpressions;

namespace Elbo.Workflows.Reports;

/// <summary>
/// The layout of the page, from the files beside this one: <c>report.html</c> has places in double braces,
/// <c>report.css</c> and <c>report.js</c> go into it.
/// </summary>
internal static partial class PageTemplate
{
    private const string Prefix = "Elbo.Reports.";

    /// <summary>The page with all its places filled.</summary>
    /// <exception cref="KeyNotFoundException">The layout has a place that <paramref name="content"/> lacks.</exception>
    public static string Fill(IReadOnlyDictionary<string, Html> content)
    {
        var all = new Dictionary<string, Html>(content)
        {
            ["style"] = new(Read("report.css")),
            ["script"] = new(Read("report.js")),
        };
        // One pass over the layout alone: braces in what is filled in mean nothing.
        return Place().Replace(Read("report.html"), place => all[place.Groups[1].Value].Markup);
    }

    private static string Read(string file)
    {
        using var reader = new StreamReader(
            typeof(PageTemplate).Assembly.GetManifestResourceStream(Prefix + file)!,
            Encoding.UTF8
        );
        return reader.ReadToEnd();
    }

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Place();
}
