using Elbo.Engine;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Elbo.Hosting;

/// <summary>Adds trained models to a service collection.</summary>
public static class ElboServices
{
    /// <summary>The name of the model without a key, and of its options.</summary>
    internal const string Unnamed = "";

    /// <summary>
    /// Adds a trained model as a singleton <see cref="Autoencoder"/>, which any number of requests may use at once.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="configure">Sets the options; null if they are configured elsewhere.</param>
    /// <returns>The service collection.</returns>
    public static IServiceCollection AddElbo(this IServiceCollection services, Action<ElboOptions>? configure = null)
    {
        AddOptions(services, Unnamed, configure);
        services.TryAddSingleton(provider => Load(provider, Unnamed));
        return services;
    }

    /// <summary>
    /// Adds one of several trained models, as a keyed singleton: <c>[FromKeyedServices("faces")] Autoencoder model</c>.
    /// </summary>
    /// <param name="services">The service collection.</param>
    /// <param name="name">Key of the service and name of its <see cref="ElboOptions"/>.</param>
    /// <param name="configure">Sets the options; null if they are configured elsewhere.</param>
    /// <returns>The service collection.</returns>
    public static IServiceCollection AddElbo(
        this IServiceCollection services,
        string name,
        Action<ElboOptions>? configure = null
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        AddOptions(services, name, configure);
        services.TryAddKeyedSingleton(name, (provider, _) => Load(provider, name));
        return services;
    }

    private static void AddOptions(IServiceCollection services, string name, Action<ElboOptions>? configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        var options = services.AddOptions<ElboOptions>(name).ValidateOnStart();
        if (configure is not null)
            options.Configure(configure);
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<ElboOptions>, ElboOptionsValidator>());
        services.AddSingleton<IHostedService>(provider => new ModelLoader(provider, name));
    }

    private static Autoencoder Load(IServiceProvider provider, string name)
    {
        var options = provider.GetRequiredService<IOptionsMonitor<ElboOptions>>().Get(name);
        // Nobody disposes the device; it ends with the model.
        return Autoencoder.Load(
            options.Model,
            new Device(
                new DeviceOptions
                {
                    Threads = options.Threads,
                    Kind = options.Device,
                    TensorFloat32 = options.TensorFloat32,
                }
            )
        );
    }

    /// <summary>The model of a name, or <see cref="Unnamed"/>.</summary>
    internal static Autoencoder GetModel(IServiceProvider provider, string name) =>
        name == Unnamed
            ? provider.GetRequiredService<Autoencoder>()
            : provider.GetRequiredKeyedService<Autoencoder>(name);

    /// <summary>Loads a model when the host starts, if its options say so.</summary>
    private sealed class ModelLoader(IServiceProvider provider, string name) : IHostedService
    {
        public Task StartAsync(CancellationToken cancellationToken)
        {
            if (provider.GetRequiredService<IOptionsMonitor<ElboOptions>>().Get(name).LoadAtStart)
                GetModel(provider, name);
            return Task.CompletedTask;
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
