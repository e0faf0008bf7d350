using System.Globalization;
using System.Text.RegularExpressions;
using Elbo.Data;
using Elbo.Formats;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Priors;

namespace Elbo.Training.Runs;

/// <summary>
/// The name of a run folder from a pattern, in which <c>{latent-dim}</c> and the like stand for values of options.
/// </summary>
internal static partial class RunName
{
    /// <summary>The pattern of runs that get no other.</summary>
    public const string Usual = "{model}-{dataset}-z{latent-dim}";

    /// <summary>
    /// A pattern that begins with this word has the names of a Python program instead of it, such as
    /// <c>V_MNIST_0001_8_64_2</c>.
    /// </summary>
    public const string Preset = "auto-s4";

    /// <summary>The value of an option that a run does not have.</summary>
    private const string Without = "none";

    private static readonly OptionDescriptor[] Options =
    [
        .. RunConfig.List.Where(option => option.Name != "name"),
        .. ModelCatalog.Options,
    ];

    /// <summary>The name of the run of <paramref name="config"/>.</summary>
    /// <exception cref="ArgumentException">
    /// The pattern names an option that does not exist, or the name is not a plain folder name.
    /// </exception>
    public static string Of(RunConfig config)
    {
        string pattern = config.Name ?? Usual;
        bool isPreset =
            pattern == Preset
            || (pattern.StartsWith(Preset, StringComparison.Ordinal) && pattern[Preset.Length] is '_' or '-');
        string name =
            (isPreset ? OfProgram(config) : "")
            + Placeholder().Replace(isPreset ? pattern[Preset.Length..] : pattern, match => Value(config, match));
        return IsPlain(name)
            ? name
            : throw new ArgumentException(
                $"name is '{config.Name}'; it must be a plain folder name. The folder above it is --output."
            );
    }

    /// <summary>Whether a name is that of a folder, without a path.</summary>
    public static bool IsPlain(string name) =>
        name.Length > 0 && name.IndexOfAny(Path.GetInvalidFileNameChars()) < 0 && name is not ("." or "..");

    /// <summary>A pattern whose runs with different seeds have different names.</summary>
    public static string WithSeed(string? pattern) =>
        pattern is not null && pattern.Contains("{seed}", StringComparison.Ordinal)
            ? pattern
            : $"{pattern ?? Usual}-seed{{seed}}";

    private static string Value(RunConfig config, Match placeholder)
    {
        string typed = placeholder.Groups[1].Value;
        if (Options.All(option => option.Name != typed))
            throw new ArgumentException(
                $"name has {placeholder.Value}, and there is no option '{typed}'.{Suggestion(typed)}"
            );
        return Portable(Text(config, typed));
    }

    private static string Suggestion(string typed)
    {
        string? near =
            Options.FirstOrDefault(o => typed.Length == 1 && o.Letter == typed[0])?.Name
            ?? NearestName.Find(typed.Replace('_', '-'), Options.Select(option => option.Name));
        return near is null ? " 'elbo train --help' lists them." : $" Did you mean {{{near}}}?";
    }

    /// <summary>The value of an option as on the command line.</summary>
    private static string Text(RunConfig config, string option)
    {
        if (option == "dataset")
            return DatasetCatalog.Get(config.Dataset).Name;
        if (config.ModelOptions.Likelihood.IsUnused(option))
            return Without;
        var value =
            RunConfig.List.FirstOrDefault(o => o.Name == option)?.Get(config)
            ?? ModelEntry.Value(option, config.ModelOptions);
        string text = OptionDescriptor.ToText(value);
        // Of a path, the folder or file is the telling part.
        if (option is "images" or "data-dir")
            text = Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(text));
        return text.Length == 0 ? Without : text;
    }

    private static string Portable(string value) => PortableName.Replace(value, "-");

    /// <summary>
    /// <c>V</c>, <c>VC</c>, <c>GMV</c> or <c>GMVC</c>, then
    /// <c>_{dataset}_{variance}_{latent-dim}[_{style-dim}_{clusters}][_{hidden}_{layers}]</c>.
    /// </summary>
    private static string OfProgram(RunConfig config)
    {
        var model = config.ModelOptions;
        var mixture = model.Prior as MixtureOptions;
        var hidden = (model.Network as DenseOptions)?.EncoderHidden;
        string kind = (mixture is null ? "V" : "GMV") + (hidden is null ? "C" : "");
        string[] parts =
        [
            kind,
            Portable(Text(config, "dataset")).ToUpperInvariant(),
            Sigma(model.Likelihood),
            Invariant(model.LatentDim),
            .. mixture is null ? (string[])[] : [Invariant(mixture.StyleDim), Invariant(mixture.Clusters)],
            .. hidden is null ? (string[])[] : [Width(hidden), Invariant(hidden.Count)],
        ];
        return string.Join('_', parts);
    }

    /// <summary>The variance without its decimal point; for a decoder without one, the decoder's name.</summary>
    private static string Sigma(LikelihoodOptions likelihood) =>
        likelihood.Decoder != DecoderKind.Gaussian ? OptionName.Name(likelihood.Decoder)
        : likelihood.Variance is { } variance
            ? variance.ToString("0.0########", CultureInfo.InvariantCulture).Replace(".", "", StringComparison.Ordinal)
        : "learned";

    /// <summary>The width of the hidden layers, or the widths if they differ, as in <c>512-128</c>.</summary>
    private static string Width(IReadOnlyList<int> hidden) =>
        string.Join('-', hidden.Distinct().Count() == 1 ? [Invariant(hidden[0])] : hidden.Select(Invariant));

    private static string Invariant(int number) => number.ToString(CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{([^{}]*)\}")]
    private static partial Regex Placeholder();
}
