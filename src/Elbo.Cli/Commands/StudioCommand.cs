using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text.Json.Nodes;
using Elbo.Cli.Terminal;
using Elbo.Studio;

namespace Elbo.Cli.Commands;

/// <summary><c>elbo studio</c></summary>
internal static class StudioCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("DIR")
        {
            Description = "folder of the runs (runs)",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => "runs",
        };
        var options = new DeclaredOptions(StudioOptions.List);
        var command = new Command("studio", "Show runs, train, explore and label images in the browser") { folder };
        options.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                AspNetCore.Find();
                return await ServeAsync(parsed.GetRequiredValue(folder), options.Read(parsed), cancellation);
            }
        );
        return HelpPage.Add(command, "elbo studio runs --images photos");
    }

    // Types of ASP.NET Core must not be looked for before it is found, nor by other commands.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<int> ServeAsync(string folder, JsonObject given, CancellationToken cancellation)
    {
        var options = StudioOptions.List.Read(new StudioOptions(), given) with { Folder = folder };
        await using var server = await StudioServer.StartAsync(options, cancellation);
        Console.Error.WriteLine(
            $"elbo: the studio of {Path.GetFullPath(folder)} is open at the address below until Ctrl-C ends it."
        );
        Console.WriteLine(server.Url);
        if (options.Open)
            Open(server.Url);
        await server.WaitAsync(cancellation);
        Console.Error.WriteLine("elbo: the studio is closed.");
        return Report.Success;
    }

    private static void Open(string url)
    {
        try
        {
            using var browser = Process.Start(new ProcessStartInfo(url) { UseShellExecute = true });
        }
        catch (Exception e) when (e is System.ComponentModel.Win32Exception or FileNotFoundException)
        {
            Console.Error.WriteLine($"elbo: no browser could be started ({e.Message}); open the address yourself.");
        }
    }
}

/// <summary>
/// ASP.NET Core as it is installed beside the running .NET. The command does not name it among its frameworks, because
/// then no command would start where it is missing.
/// </summary>
internal static class AspNetCore
{
    private const string Framework = "Microsoft.AspNetCore.App";

    /// <summary>Makes the assemblies of ASP.NET Core available to this process.</summary>
    /// <exception cref="IOException">It is not installed.</exception>
    public static void Find()
    {
        // A command published for one platform contains it.
        if (CanLoad("Microsoft.AspNetCore"))
            return;
        string runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!,
            shared = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(runtime)!)!, Framework);
        string folder =
            Newest(shared, Environment.Version)
            ?? throw new IOException(
                $"the studio needs ASP.NET Core {Environment.Version.Major}.{Environment.Version.Minor}, which is not "
                    + $"in {shared}; install the package aspnetcore-runtime-{Environment.Version.Major}."
                    + $"{Environment.Version.Minor}, or the .NET SDK. All other commands run without it."
            );
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            Path.Combine(folder, name.Name + ".dll") is var path && File.Exists(path)
                ? context.LoadFromAssemblyPath(path)
                : null;
    }

    /// <summary>The newest version that belongs to the running .NET; null if there is none.</summary>
    internal static string? Newest(string shared, Version runtime) =>
        Directory.Exists(shared)
            ? Directory
                .EnumerateDirectories(shared)
                .Select(path => (Path: path, Version: Parse(Path.GetFileName(path))))
                .Where(found => found.Version is { } v && (v.Major, v.Minor) == (runtime.Major, runtime.Minor))
                .OrderBy(found => found.Version)
                .Select(found => found.Path)
                .LastOrDefault()
            : null;

    private static Version? Parse(string name) => Version.TryParse(name, out var version) ? version : null;

    private static bool CanLoad(string assembly)
    {
        try
        {
            return Assembly.Load(assembly) is not null;
        }
        catch (FileNotFoundException)
        {
            return false;
        }
    }
}
