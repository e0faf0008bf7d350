namespace Elbo.Selection;

/// <summary>One option of a strategy: a number, as the command line has it.</summary>
/// <param name="Name">With two hyphens on the command line: <c>min-samples</c>.</param>
/// <param name="Description">What it decides, in one line.</param>
/// <param name="Default">What holds without it, as a person writes it.</param>
public abstract record SelectionOption(string Name, string Description, string Default);
