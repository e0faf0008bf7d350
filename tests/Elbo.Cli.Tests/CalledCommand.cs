namespace Elbo.Cli.Tests;

/// <summary>
/// The command <c>elbo</c> called in this process, which saves the start of a process and compilation for each call.
/// <see cref="RunningCommand"/> starts it as a user does.
/// </summary>
/// <remarks>
/// One call at a time: working folder, environment, standard output and standard error belong to the whole process.
/// Other tests use none of them; their commands get an environment of their own.
/// </remarks>
internal static class CalledCommand
{
    private static readonly Lock Gate = new();

    /// <summary>Calls <c>elbo</c> with its working folder in <paramref name="folder"/>.</summary>
    public static CommandResult Run(string folder, params string[] arguments) => Run(folder, null, arguments);

    /// <summary>Calls <c>elbo</c>, with the columns of the terminal.</summary>
    public static CommandResult Run(string folder, int? columns, params string[] arguments)
    {
        lock (Gate)
        {
            _ = RealData.Root; // before ELBO_DATA is hidden
            var (output, error) = (new StringWriter(), new StringWriter());
            var (outputBefore, errorBefore) = (Console.Out, Console.Error);
            string folderBefore = Environment.CurrentDirectory;
            var environment = new Dictionary<string, string?>
            {
                ["ELBO_OFFLINE"] = "1",
                ["XDG_CACHE_HOME"] = Path.Combine(Path.GetTempPath(), "elbo-no-cache"),
                ["ELBO_DATA"] = null,
                ["ELBO_DEBUG"] = null,
                ["COLUMNS"] = columns?.ToString(),
            };
            var environmentBefore = environment.Keys.ToDictionary(k => k, Environment.GetEnvironmentVariable);
            try
            {
                Set(environment);
                Environment.CurrentDirectory = folder;
                Console.SetOut(output);
                Console.SetError(error);
                int exitCode = CommandLine.RunAsync(arguments).GetAwaiter().GetResult();
                return new CommandResult(exitCode, output.ToString(), error.ToString());
            }
            finally
            {
                Console.SetOut(outputBefore);
                Console.SetError(errorBefore);
                Environment.CurrentDirectory = folderBefore;
                Set(environmentBefore);
            }
        }
    }

    private static void Set(Dictionary<string, string?> environment)
    {
        foreach (var (name, value) in environment)
            Environment.SetEnvironmentVariable(name, value);
    }
}
