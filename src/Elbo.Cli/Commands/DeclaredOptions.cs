using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json.Nodes;

namespace Elbo.Cli.Commands;

/// <summary>Options declared in the library, as options of a command.</summary>
internal sealed class DeclaredOptions
{
    private readonly (OptionDescriptor Descriptor, Option Option)[] _all;

    /// <param name="descriptors">
    /// The declarations, in the order of help. Of those with the same name, the first is used.
    /// </param>
    public DeclaredOptions(params IEnumerable<OptionDescriptor> descriptors) =>
        _all = [
            .. descriptors
                .DistinctBy(descriptor => descriptor.Name)
                .SelectMany(descriptor =>
                    descriptor
                        .Aliases.Select(alias => (descriptor, CreateAlias(descriptor, alias)))
                        .Prepend((descriptor, Create(descriptor, descriptor.Name)))
                ),
        ];

    /// <summary>The options of the command that help shows.</summary>
    public IEnumerable<Option> Options => _all.Select(pair => pair.Option).Where(option => !option.Hidden);

    /// <summary>Adds all options to <paramref name="command"/>.</summary>
    public void AddTo(Command command)
    {
        foreach (var (_, option) in _all)
            command.Options.Add(option);
    }

    /// <summary>The given options, in the form of a config file.</summary>
    /// <exception cref="ArgumentException">An option is given under two of its names.</exception>
    public JsonObject Read(ParseResult parsed) =>
        _all.Select(pair => pair.Descriptor)
            .WithoutAliases(
                new JsonObject(
                    _all.Where(pair => parsed.GetResult(pair.Option) is { Implicit: false })
                        .Select(pair => KeyValuePair.Create(pair.Option.Name[2..], Read(pair.Option, parsed)))
                )
            );

    /// <summary>The help line of an option: description, choices, and default in parentheses.</summary>
    public static (string Left, string Right) Line(OptionDescriptor option)
    {
        string letter = option.Letter is { } one ? $"-{one}, " : "";
        return ($"{letter}--{option.Name} {option.ValueName}".TrimEnd(), Describe(option));
    }

    /// <summary>The right-hand part of <see cref="Line"/>.</summary>
    public static string Describe(OptionDescriptor option)
    {
        string choices = option.Choices.Count > 0 ? $": {string.Join(", ", option.Choices)}" : "";
        string usual = option.Default.Length > 0 ? $" ({option.Default})" : "";
        return option.Description + choices + usual;
    }

    /// <summary>Another name of an option, which help and completion do not show.</summary>
    private static Option CreateAlias(OptionDescriptor descriptor, string alias)
    {
        var option = Create(descriptor with { Letter = null }, alias);
        option.Hidden = true;
        return option;
    }

    private static Option Create(OptionDescriptor descriptor, string optionName)
    {
        string[] aliases = descriptor.Letter is { } letter ? [$"-{letter}"] : [];
        string name = $"--{optionName}";
        if (descriptor.Kind == OptionKind.Flag)
            return new Option<bool>(name, aliases) { Description = Describe(descriptor) };
        var option = new Option<JsonNode?>(name, aliases)
        {
            Description = Describe(descriptor),
            HelpName = descriptor.ValueName,
            CustomParser = result => Parse(descriptor, result),
        };
        if (descriptor.Kind is OptionKind.Name or OptionKind.Names || descriptor.Choices.Count > 0)
            option.CompletionSources.Add([.. descriptor.Choices]);
        return option;
    }

    private static JsonNode? Parse(OptionDescriptor descriptor, ArgumentResult result)
    {
        try
        {
            return descriptor.FromText(result.Tokens[0].Value);
        }
        catch (ArgumentException e)
        {
            result.AddError($"--{e.Message}");
            return null;
        }
    }

    private static JsonNode? Read(Option option, ParseResult parsed) =>
        option is Option<bool> flag
            ? JsonValue.Create(parsed.GetValue(flag))
            : parsed.GetValue((Option<JsonNode?>)option);
}
