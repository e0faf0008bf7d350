namespace Elbo.Training;

/// <summary>Training cannot go on: the loss is no longer a finite number.</summary>
public sealed class TrainingFailedException : Exception
{
    /// <summary>After <paramref name="what"/> has happened to the loss, with what usually helps.</summary>
    internal static TrainingFailedException Because(string what) =>
        new($"{what}; earlier checkpoints are untouched. A smaller --learning-rate usually helps.");

    /// <summary>With a message for the person who started the run.</summary>
    public TrainingFailedException(string message)
        : base(message) { }

    /// <summary>With a message and what caused it.</summary>
    public TrainingFailedException(string message, Exception inner)
        : base(message, inner) { }

    /// <summary>With a general message.</summary>
    public TrainingFailedException()
        : base("training failed.") { }
}
