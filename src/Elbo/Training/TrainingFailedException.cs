namespace Elbo.Training;

/// <summary>Training cannot go on: the loss is no longer a finite number.</summary>
public sealed class TrainingFailedException : Exception
{
    /// <summary>With a message for the person who started the run.</summary>
    public TrainingFailedException(string message) : base(message)
    {
    }

    /// <summary>With a message and what caused it.</summary>
    public TrainingFailedException(string message, Exception inner) : base(message, inner)
    {
    }

    /// <summary>With a general message.</summary>
    public TrainingFailedException() : base("training failed.")
    {
    }
}
