namespace Elbo.Studio.Layout;

/// <summary>Errors as the command line words them.</summary>
internal static class Problems
{
    /// <summary>Whether an error says what is wrong with the user's input, files or options.</summary>
    public static bool IsExpected(Exception e) =>
        e
            is ArgumentException
                or InvalidDataException
                or IOException
                or UnauthorizedAccessException
                or Elbo.Training.TrainingFailedException;

    /// <summary>The message in one line, without the name of a parameter that .NET appends.</summary>
    public static string Text(Exception e)
    {
        if (!IsExpected(e))
            return $"Internal error, please report it: {e.GetType().Name}: {e.Message}".ReplaceLineEndings(" ");
        return ErrorMessage.OneLine(e.Message);
    }
}
