namespace Elbo.Projection;

/// <summary>How <see cref="TSne"/> arranges points.</summary>
/// <remarks>Defaults are those of van der Maaten 2014; rate and exaggeration those of Belkina et al. 2019.</remarks>
public sealed record TSneOptions
{
    /// <summary>
    /// About how many neighbours each point keeps close; more than 1, and at most a third of the other points. Default
    /// 30.
    /// </summary>
    public double Perplexity { get; init; } = 30;

    /// <summary>Steps of gradient descent; default 1000.</summary>
    public int Iterations { get; init; } = 1000;

    /// <summary>
    /// A group of points acts as one where its cell is less than this times its distance wide, from 0 (exact, and slow)
    /// to 1; default 0.5.
    /// </summary>
    public double Theta { get; init; } = 0.5;

    /// <summary>
    /// What attraction is multiplied by in the first <see cref="ExaggeratedIterations"/>, so that groups form; default
    /// 12.
    /// </summary>
    public double Exaggeration { get; init; } = 12;

    /// <summary>Steps with exaggeration; default 250.</summary>
    public int ExaggeratedIterations { get; init; } = 250;

    /// <summary>Threads to compute with, 0 for one per processor; the result does not depend on it.</summary>
    public int Threads { get; init; }

    /// <summary>Checks every option for so many points.</summary>
    /// <exception cref="ArgumentException">One is out of range.</exception>
    public void Validate(int points)
    {
        if (!(Perplexity > 1 && double.IsFinite(Perplexity)))
            throw new ArgumentException($"perplexity is {Perplexity}; it must be more than 1.");
        if (Perplexity * 3 > points - 1)
            throw new ArgumentException(
                $"perplexity is {Perplexity}; {points} points allow {Math.Max(0, (points - 1) / 3)} at most, a "
                    + "third of each one's neighbours."
            );
        if (Iterations < 1)
            throw new ArgumentException($"{Iterations} iterations of t-SNE were asked for; it must be 1 or more.");
        if (!(Theta is >= 0 and <= 1))
            throw new ArgumentException($"theta is {Theta}; it must be from 0 to 1.");
        if (!(Exaggeration >= 1 && double.IsFinite(Exaggeration)))
            throw new ArgumentException($"exaggeration is {Exaggeration}; it must be 1 or more.");
        if (ExaggeratedIterations < 0)
            throw new ArgumentException(
                $"{ExaggeratedIterations} exaggerated iterations were asked for; it must be 0 or more."
            );
        if (Threads < 0)
            throw new ArgumentException($"threads is {Threads}; it must be 0 or more.");
    }
}
