using System.Diagnostics;

namespace Elbo.Tests.Formats.TensorBoard;

/// <summary>A test that reads files with Google's protobuf for Python and says so where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    private static readonly string? Interpreter = new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python =>
        Run(python, "-c", "import google.protobuf") is (0, _, _)
    );

    public PythonFactAttribute()
    {
        if (Interpreter is null)
            Skip = "needs python3 with google.protobuf; Debian's package is python3-protobuf.";
    }

    /// <summary>What the script beside this file prints, given <paramref name="argument"/>.</summary>
    public static string[] Lines(string script, string argument)
    {
        var (code, output, error) = Run(
            Interpreter!,
            Path.Combine(AppContext.BaseDirectory, "Formats", "TensorBoard", script),
            argument
        );
        Assert.True(code == 0, error);
        return output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static (int Code, string Output, string Error) Run(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
            )!;
            var error = process.StandardError.ReadToEndAsync();
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output, error.Result);
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, "", e.Message);
        }
    }
}
