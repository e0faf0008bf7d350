using System.Text.Json.Nodes;
using Elbo.Models.Networks;
using Elbo.Models.Objectives;
using Elbo.Models.Priors;

namespace Elbo.Models;

/// <summary>
/// All networks, priors and objectives: the parts of a model, by their names on the command line and in files.
/// </summary>
internal static class PartCatalog
{
    /// <summary>The networks, for <c>--network</c>.</summary>
    public static PartChoice Network { get; } =
        new PartChoice<NetworkOptions>(
            "network",
            "encoder and decoder networks",
            o => o.Network,
            (o, part) => o with { Network = part },
            [
                new PartEntry<NetworkOptions, DenseOptions>("dense", DenseOptions.List),
                new PartEntry<NetworkOptions, DcganOptions>("dcgan", DcganOptions.List) { FormerName = "batch-norm" },
                new PartEntry<NetworkOptions, PlainOptions>("plain", PlainOptions.List),
            ]
        );

    /// <summary>The priors, for <c>--prior</c>.</summary>
    public static PartChoice Prior { get; } =
        new PartChoice<PriorOptions>(
            "prior",
            "prior distribution p(z)",
            o => o.Prior,
            (o, part) => o with { Prior = part },
            [
                new PartEntry<PriorOptions, StandardNormalOptions>("standard-normal", []),
                new PartEntry<PriorOptions, MixtureOptions>("mixture", MixtureOptions.List),
                new PartEntry<PriorOptions, VadePriorOptions>("vade", VadePriorOptions.List),
                new PartEntry<PriorOptions, VampOptions>("vamp", VampOptions.List) { ImpliedBy = "pseudo-inputs" },
                new PartEntry<PriorOptions, HierarchicalOptions>("hierarchical", HierarchicalOptions.List)
                {
                    ImpliedBy = "top-dim",
                },
            ]
        );

    /// <summary>The objectives, for <c>--objective</c>.</summary>
    public static PartChoice Objective { get; } =
        new PartChoice<IObjective>(
            "objective",
            "training objective",
            o => o.Objective,
            (o, part) => o with { Objective = part },
            [
                new PartEntry<IObjective, EvidenceLowerBound>("elbo", []),
                new PartEntry<IObjective, FreeBits>("free-bits", FreeBits.List) { ImpliedBy = "free-bits" },
                new PartEntry<IObjective, ImportanceWeighted>("iwae", ImportanceWeighted.List)
                {
                    ImpliedBy = "importance-samples",
                },
            ]
        );

    /// <summary>All kinds of parts.</summary>
    public static IReadOnlyList<PartChoice> Choices { get; } = [Network, Prior, Objective];

    /// <summary>
    /// The options of the model itself and of every part, in the order in which they are listed and applied. If several
    /// parts have an option of the same name, there is one entry for each.
    /// </summary>
    public static IReadOnlyList<PartOption> Options { get; } =
    [
        .. ModelOptions.List.Select(option => PartOption.Of(option, null, "", o => o, (_, v) => v)),
        .. Network.Options,
        .. Prior.Options,
        .. LikelihoodOptions.List.Select(option =>
            PartOption.Of(option, null, "", o => o.Likelihood, (o, v) => o with { Likelihood = v })
        ),
        .. Objective.Options,
    ];
}

/// <summary>A part in a <see cref="PartChoice"/>.</summary>
/// <param name="Name">Name on the command line.</param>
internal abstract record PartEntry<TPart>(string Name)
{
    /// <summary>The name in files of older versions; null for none.</summary>
    public string? FormerName { get; init; }

    /// <summary>An option of this part that selects it if the choice itself is not given; null for none.</summary>
    public string? ImpliedBy { get; init; }

    /// <summary>Creates the part with its defaults.</summary>
    public abstract TPart Create();

    /// <summary>Whether <paramref name="part"/> belongs to this entry.</summary>
    public abstract bool Owns(TPart part);

    /// <summary>The options of the part, as options of a model.</summary>
    public abstract IEnumerable<PartOption> Options(
        PartChoice choice,
        Func<ModelOptions, TPart> get,
        Func<ModelOptions, TPart, ModelOptions> set
    );
}

/// <summary>A part with options of type <typeparamref name="TOptions"/>.</summary>
internal sealed record PartEntry<TPart, TOptions>(string Name, IReadOnlyList<OptionOf<TOptions>> List)
    : PartEntry<TPart>(Name)
    where TOptions : TPart, new()
{
    public override TPart Create() => new TOptions();

    public override bool Owns(TPart part) => part is TOptions;

    public override IEnumerable<PartOption> Options(
        PartChoice choice,
        Func<ModelOptions, TPart> get,
        Func<ModelOptions, TPart, ModelOptions> set
    ) => List.Select(option => PartOption.Of(option, choice, Name, o => get(o), (o, v) => set(o, v)));
}

/// <summary>An option of a part, read and written through the model's options.</summary>
/// <param name="Option">Name, description and type.</param>
/// <param name="Choice">The choice that the part belongs to; null if every model has the option.</param>
/// <param name="Part">The part's name in that choice.</param>
/// <param name="AppliesTo">Whether a model has the part.</param>
/// <param name="Get">Returns the value, or null if there is none to write. The model must have the part.</param>
/// <param name="Set">Returns the model with another value. The model must have the part.</param>
/// <param name="DefaultIn">The default of the option in a preset, as text.</param>
internal sealed record PartOption(
    OptionDescriptor Option,
    PartChoice? Choice,
    string Part,
    Func<ModelOptions, bool> AppliesTo,
    Func<ModelOptions, JsonNode?> Get,
    Func<ModelOptions, JsonNode?, ModelOptions> Set,
    Func<ModelOptions, string> DefaultIn
)
{
    public string Name => Option.Name;

    /// <summary>Creates an option of <typeparamref name="TPart"/>, which <paramref name="get"/> returns.</summary>
    public static PartOption Of<TPart>(
        OptionOf<TPart> option,
        PartChoice? choice,
        string part,
        Func<ModelOptions, object?> get,
        Func<ModelOptions, TPart, ModelOptions> set
    )
        where TPart : new() =>
        new(
            option,
            choice,
            part,
            o => get(o) is TPart,
            o => option.Get((TPart)get(o)!),
            (o, value) => set(o, option.Set((TPart)get(o)!, value)),
            // A preset that changes the part's default shows its own value; otherwise the option's text applies.
            preset =>
                get(preset) is not TPart own ? ""
                : JsonNode.DeepEquals(option.Get(own), option.Get(new TPart())) ? option.Default
                : OptionDescriptor.ToText(option.Get(own))
        );
}
