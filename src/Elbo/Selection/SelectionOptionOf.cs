namespace Elbo.Selection;

/// <summary>
/// A <see cref="SelectionOption"/> that knows where its value goes in <typeparamref name="TOptions"/>.
/// </summary>
/// <param name="Name">With two hyphens on the command line.</param>
/// <param name="Description">What it decides, in one line.</param>
/// <param name="Default">What holds without it, as a person writes it.</param>
/// <param name="Set">The options with another value.</param>
public sealed record SelectionOptionOf<TOptions>(
    string Name,
    string Description,
    string Default,
    Func<TOptions, double, TOptions> Set
) : SelectionOption(Name, Description, Default)
{
    /// <summary>An option that takes whole numbers only.</summary>
    public static SelectionOptionOf<TOptions> Whole(
        string name,
        string description,
        string standard,
        Func<TOptions, int, TOptions> set
    ) =>
        new(
            name,
            description,
            standard,
            (options, value) =>
                Math.Floor(value) == value && Math.Abs(value) <= int.MaxValue
                    ? set(options, (int)value)
                    : throw new ArgumentException($"{name} is {value}; it must be a whole number.")
        );
}
