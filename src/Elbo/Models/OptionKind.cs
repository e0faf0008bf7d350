namespace Elbo.Models;

/// <summary>What the value of an option looks like.</summary>
public enum OptionKind
{
    /// <summary>A whole number.</summary>
    WholeNumber,

    /// <summary>A number.</summary>
    Number,

    /// <summary>Yes or no: on the command line, given or not.</summary>
    Flag,

    /// <summary>One of several names.</summary>
    Name,

    /// <summary>A list of whole numbers, such as widths of layers.</summary>
    WholeNumbers,

    /// <summary>A list of names.</summary>
    Names,
}
