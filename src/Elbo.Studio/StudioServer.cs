using System.Net;
using System.Net.Sockets;
using Elbo.Formats;
using Elbo.Studio.Access;
using Elbo.Studio.Labelling;
using Elbo.Studio.Layout;
using Elbo.Studio.Runs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.JSInterop;
using MudBlazor.Services;

namespace Elbo.Studio;

/// <summary>The server of the studio's pages.</summary>
public sealed class StudioServer : IAsyncDisposable
{
    /// <summary>Number of ports that are tried if none is chosen.</summary>
    private const int PortsToTry = 100;

    /// <summary>Largest message of a page in bytes: the names of as many files as can be uploaded.</summary>
    private const int LargestMessage = 8 << 20;

    /// <summary>Time for the connections of pages to end. Training has stopped by then.</summary>
    private static readonly TimeSpan Farewell = TimeSpan.FromSeconds(2);

    private readonly WebApplication _app;

    private StudioServer(WebApplication app, AccessGate gate)
    {
        _app = app;
        var address = app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses;
        Url = gate.Token is { } token ? $"{address.First()}/?token={token}" : $"{address.First()}/";
    }

    /// <summary>The URL to open, with the token if there is no password.</summary>
    public string Url { get; }

    /// <summary>The services of the pages, for tests.</summary>
    internal IServiceProvider Services => _app.Services;

    /// <summary>Starts the server.</summary>
    /// <param name="options">The options.</param>
    /// <param name="cancellation">Cancels the start.</param>
    /// <exception cref="ArgumentException">An option is invalid.</exception>
    /// <exception cref="IOException">A folder cannot be read or created, or the port is in use.</exception>
    public static async Task<StudioServer> StartAsync(StudioOptions options, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        var address = options.Validate();
        if (File.Exists(options.Folder))
            throw new IOException($"{options.Folder} is a file, not a folder; name the folder of your runs.");
        foreach (string folder in options.Images ?? [])
            if (!Directory.Exists(folder))
                throw new DirectoryNotFoundException($"there is no folder '{folder}' of images.");
        var gate = new AccessGate(Password(options));
        Directory.CreateDirectory(options.Folder);
        if (options.Port != 0)
            return await StartAsync(options, gate, address, options.Port, cancellation);
        for (int port = StudioOptions.FirstPort; ; port++)
            try
            {
                return await StartAsync(options, gate, address, port, cancellation);
            }
            catch (IOException e)
                when (e.InnerException is IOException { InnerException: AddressInUseException }
                    && port < StudioOptions.FirstPort + PortsToTry
                )
            {
                // The port is in use; the next may be free.
            }
    }

    /// <summary>Waits until the server is asked to stop, and stops it.</summary>
    public async Task WaitAsync(CancellationToken cancellation)
    {
        using var asked = CancellationTokenSource.CreateLinkedTokenSource(
            cancellation,
            _app.Lifetime.ApplicationStopping
        );
        var stopping = new TaskCompletionSource();
        await using (asked.Token.Register(stopping.SetResult))
            await stopping.Task;
        await StopAsync();
    }

    /// <summary>Stops the server. Training stops after its current step, with a checkpoint.</summary>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        await _app.DisposeAsync();
    }

    private async Task StopAsync()
    {
        // Training first, while the pages can be told; a page whose connection is closed would open another.
        await Task.Run(Services.GetRequiredService<TrainingJobs>().Dispose);
        await _app.StopAsync();
    }

    private static async Task<StudioServer> StartAsync(
        StudioOptions options,
        AccessGate gate,
        IPAddress address,
        int port,
        CancellationToken cancellation
    )
    {
        var app = Build(options, gate, address, port);
        try
        {
            await app.StartAsync(cancellation);
            return new StudioServer(app, gate);
        }
        catch (IOException e) when (e.InnerException is AddressInUseException)
        {
            await app.DisposeAsync();
            throw new IOException($"port {port} of {address} is in use; give another --port.", e);
        }
        catch (SocketException e)
        {
            await app.DisposeAsync();
            throw new IOException($"{address} cannot be listened on ({e.Message}); give another --address.", e);
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The builder is an empty one: neither settings in the current folder nor variables for other servers apply.
    /// </summary>
    private static WebApplication Build(StudioOptions options, AccessGate gate, IPAddress address, int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory, EnvironmentName = "Production" }
        );
        builder.WebHost.UseKestrelCore();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = AccessGate.LargestBody;
            kestrel.Listen(address, port);
        });
        builder.Logging.AddProvider(new ErrorLog()).SetMinimumLevel(LogLevel.Error);
        // A port in use is reported by its exception, or the next one is tried.
        builder.Logging.AddFilter("Microsoft.Extensions.Hosting", LogLevel.None);
        var services = builder.Services;
        services.Configure<HostOptions>(host => host.ShutdownTimeout = Farewell);
        services.AddRouting();
        // Keys in memory: nothing is written to the user's home folder, and none survives the server.
        services.AddDataProtection().UseEphemeralDataProtectionProvider();
        services
            .AddRazorComponents()
            .AddInteractiveServerComponents(o => o.DetailedErrors = true)
            .AddHubOptions(o => o.MaximumReceiveMessageSize = LargestMessage);
        services.AddMudServices();
        AddStudio(services, options);
        var app = builder.Build();
        app.Use(next => context => gate.InvokeAsync(context, next));
        app.UseRouting();
        app.UseAntiforgery();
        StudioAssets.Map(app);
        StudioFiles.Map(app);
        PageParts.Map(app);
        Originals.Map(app);
        app.MapRazorComponents<App>()
            .AddInteractiveServerRenderMode(mode =>
                // The gate sets the policy of all answers.
                mode.ContentSecurityFrameAncestorsPolicy = null
            );
        return app;
    }

    /// <summary>Adds what the pages need to the services of a host.</summary>
    internal static void AddStudio(IServiceCollection services, StudioOptions options)
    {
        services.AddSingleton(options);
        services.AddSingleton(
            new AllowedFolders([
                options.Folder,
                .. options.Images ?? [],
                .. options.DataDir is { } data ? [data] : Array.Empty<string>(),
            ])
        );
        services.AddSingleton<RunIndex>();
        services.AddSingleton<ModelPool>();
        services.AddSingleton<TrainingJobs>();
        services.AddSingleton<PageParts>();
        services.AddSingleton<LabelBooks>();
    }

    private static string? Password(StudioOptions options)
    {
        if (options.PasswordFile is not { } file)
            return null;
        if (!File.Exists(file))
            throw new FileNotFoundException($"there is no file '{file}' with a password.", file);
        string password = RegularFile.ReadAllText(file).Split('\n')[0].Trim();
        return password.Length >= StudioOptions.ShortestPassword
            ? password
            : throw new InvalidDataException(
                $"the password in {file} has {password.Length} characters; {StudioOptions.ShortestPassword} or more "
                    + "are needed."
            );
    }

    /// <summary>Prints what fails in the server, one line each, on standard error.</summary>
    private sealed class ErrorLog : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public void Dispose() { }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Error;

        public void Log<TState>(
            LogLevel logLevel,
            EventId eventId,
            TState state,
            Exception? exception,
            Func<TState, Exception?, string> formatter
        )
        {
            // A page that is closed while the server calls one of its scripts is nothing to report.
            if (!IsEnabled(logLevel) || exception is JSDisconnectedException)
                return;
            string line = $"elbo: {formatter(state, exception)} {exception?.GetType().Name} {exception?.Message}";
            Console.Error.WriteLine(line.ReplaceLineEndings(" "));
        }
    }
}
