using System.Text.Json.Nodes;
using Elbo.Training.Runs;

namespace Elbo.Workflows.Runs;

/// <summary>Named sets of options, from the files in <c>recipes/</c>.</summary>
public static class RecipeCatalog
{
    private const int Suggested = 3;

    /// <summary>All recipes, by name.</summary>
    public static IReadOnlyList<Recipe> All { get; } = [.. RunSettings.Recipes.Select(Read)];

    /// <summary>Returns the recipe called <paramref name="name"/>, ignoring case.</summary>
    /// <exception cref="ArgumentException">The name is unknown. The message has the most similar ones.</exception>
    public static Recipe Get(string name) =>
        All.FirstOrDefault(r => r.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new ArgumentException(
            $"there is no recipe '{name}'; the most similar are "
                + $"{string.Join(", ", NearestName.Likeliest(name, All.Select(r => r.Name), Suggested))}. 'elbo recipes' "
                + $"lists all {All.Count}."
        );

    private static Recipe Read(string name)
    {
        var values = RunSettings.ReadRecipe(name);
        return new Recipe(name, (string?)values["description"] ?? "", values);
    }
}

/// <summary>A recipe.</summary>
/// <param name="Name">Name on the command line, as in <c>--recipe</c>.</param>
/// <param name="Description">Description of what it demonstrates.</param>
/// <param name="Values">Its options, by their names on the command line.</param>
public sealed record Recipe(string Name, string Description, JsonObject Values);
