using System.Collections.Concurrent;
using System.Diagnostics;

namespace Elbo.Tests.Formats;

/// <summary>A test that reads files with a package for Python, and says so where it is missing.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    private static readonly ConcurrentDictionary<string, string?> Interpreters = [];

    public PythonFactAttribute(string module, string package)
    {
        if (Interpreter(module) is null)
            Skip = $"needs python3 with {module}; Debian's package is {package}.";
    }

    /// <summary>What an interpreter that has <paramref name="module"/> prints.</summary>
    public static string Run(string module, params string[] arguments)
    {
        var (code, output, error) = Start(Interpreter(module)!, arguments);
        Assert.True(code == 0, error);
        return output;
    }

    private static string? Interpreter(string module) =>
        Interpreters.GetOrAdd(
            module,
            static name =>
                new[] { "python3", "/usr/bin/python3" }.FirstOrDefault(python =>
                    Start(python, "-c", $"import {name}") is (0, _, _)
                )
        );

    private static (int Code, string Output, string Error) Start(string program, params string[] arguments)
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
