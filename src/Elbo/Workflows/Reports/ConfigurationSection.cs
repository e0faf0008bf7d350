using System.Text.Json.Nodes;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Reports;

/// <summary>Every option of the run, those that differ from the default set off.</summary>
internal static class ConfigurationSection
{
    public static Html Compose(RunContent run)
    {
        var usual = RunSettings.ToJson(
            RunSettings.Combine(("defaults", new JsonObject { ["model"] = run.Config.Model }))
        );
        var own = RunSettings.ToJson(run.Config);
        var rows = RunSettings
            .NamesFor(run.Config)
            .Select(name =>
            {
                bool changed = !JsonNode.DeepEquals(own[name], usual[name]);
                return Html.Of(
                    $"<tr{new Html(changed ? " class=\"changed\"" : "")}><th scope=\"row\">{name}</th><td>{Value(own[name])}</td></tr>\n"
                );
            });
        return Html.Of(
            $"""
            <section>
            <h2>Configuration</h2>
            <p class="soft">What differs from the default is bold; a dash stands for what was not given.</p>
            <div class="options"><table><tbody>
            {rows}</tbody></table></div>
            </section>

            """
        );
    }

    /// <summary>A value as it is typed.</summary>
    internal static string Value(JsonNode? value) => value is null ? "–" : OptionDescriptor.ToText(value);
}
