using Elbo.Training;
using Elbo.Workflows.Runs;
using static Elbo.Options.ErrorMessage;

namespace Elbo.Cli.Terminal;

/// <summary>The exit code of a command, and the error line if it fails.</summary>
internal static class Report
{
    public const int Success = 0;
    private const int Failed = 1;
    private const int WrongInput = 2;

    /// <summary>Odd images were found, and <c>score --fail-above</c> asks for failure then.</summary>
    public const int OddImages = 3;

    private const int Interrupted = 130;

    /// <summary>Whether stack traces and times are printed.</summary>
    public static bool IsDebugging { get; } = Environment.GetEnvironmentVariable("ELBO_DEBUG") is { Length: > 0 };

    public static int BadInput(string message)
    {
        Console.Error.WriteLine($"elbo: {OneLine(message)}");
        return WrongInput;
    }

    public static int Failure(Exception exception)
    {
        switch (exception)
        {
            case OperationCanceledException:
                Console.Error.WriteLine(
                    $"elbo: {(exception is RunStoppedException ? OneLine(exception.Message) : "interrupted.")}"
                );
                return Interrupted;
            case TrainingFailedException:
                Console.Error.WriteLine($"elbo: {OneLine(exception.Message)}");
                return Failed;
            case IOException io when IsDiskFull(io):
                Console.Error.WriteLine($"elbo: the disk is full: {OneLine(io.Message)}");
                return Failed;
            case OutOfMemoryException memory:
                Console.Error.WriteLine($"elbo: {OutOfMemory(memory)}");
                return Failed;
            case ArgumentException or InvalidDataException or IOException or UnauthorizedAccessException:
                return BadInput(exception.Message);
            default:
                Console.Error.WriteLine(
                    $"elbo: internal error, please report it: {exception.GetType().Name}: {OneLine(exception.Message)}"
                );
                if (IsDebugging)
                    Console.Error.Write($"{exception}\n");
                return Failed;
        }
    }

    /// <summary>ENOSPC on Unix; ERROR_HANDLE_DISK_FULL and ERROR_DISK_FULL on Windows.</summary>
    private static bool IsDiskFull(IOException e) =>
        OperatingSystem.IsWindows() ? (e.HResult & 0xFFFF) is 39 or 112 : e.HResult == 28;
}
