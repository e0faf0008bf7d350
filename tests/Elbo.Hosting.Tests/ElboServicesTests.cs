using Elbo.Data;
using Elbo.Models;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Elbo.Hosting.Tests;

public sealed class ElboServicesTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("elbo-hosting-").FullName;

    [Fact]
    public async Task A_model_is_one_service_for_all_requests_and_is_disposed_with_the_host()
    {
        string path = SaveModel("a", latentDim: 3);
        Autoencoder model;
        using (var host = Build(services => services.AddElbo(options => options.Model = path)))
        {
            await host.StartAsync();
            model = host.Services.GetRequiredService<Autoencoder>();
            using var scope = host.Services.CreateScope();
            Assert.Same(model, scope.ServiceProvider.GetRequiredService<Autoencoder>());
            Assert.Equal(3, model.LatentDim);
            await host.StopAsync();
        }
        Assert.Throws<ObjectDisposedException>(() => model.Generate(1));
    }

    [Fact]
    public async Task Several_models_have_names()
    {
        string a = SaveModel("a", latentDim: 3),
            b = SaveModel("b", latentDim: 5);
        using var host = Build(services =>
        {
            services.AddElbo("small", options => options.Model = a);
            services.AddElbo("large", options => options.Model = b);
        });
        await host.StartAsync();
        Assert.Equal(3, host.Services.GetRequiredKeyedService<Autoencoder>("small").LatentDim);
        Assert.Equal(5, host.Services.GetRequiredKeyedService<Autoencoder>("large").LatentDim);
    }

    [Fact]
    public async Task Options_can_come_from_the_configuration()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration["Elbo:Model"] = SaveModel("a", latentDim: 4);
        builder.Configuration["Elbo:Threads"] = "1";
        builder.Services.Configure<ElboOptions>(builder.Configuration.GetSection("Elbo"));
        builder.Services.AddElbo();
        using var host = builder.Build();
        await host.StartAsync();
        var model = host.Services.GetRequiredService<Autoencoder>();
        Assert.Equal((4, 1), (model.LatentDim, model.Model.Device.Threads));
    }

    [Theory]
    [InlineData("", 0, "Elbo: Model is empty; give the path of a run folder")]
    [InlineData("/no/such/model", 0, "Elbo: there is no /no/such/model; Model is the path of a run folder")]
    [InlineData(".", -1, "Elbo: Threads is -1; give 1 to 1024, or 0 for one per processor.")]
    public async Task Wrong_options_stop_the_host_with_a_message(string path, int threads, string message)
    {
        using var host = Build(services =>
            services.AddElbo(options => (options.Model, options.Threads) = (path, threads))
        );
        var fault = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());
        Assert.StartsWith(message, fault.Message);
    }

    [Fact]
    public async Task A_device_that_does_not_exist_stops_the_host()
    {
        string path = SaveModel("a", latentDim: 4);
        using var host = Build(services =>
            services.AddElbo(options => (options.Model, options.Device) = (path, "cuda:4711"))
        );
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => host.StartAsync());
        Assert.Contains("the device 'cuda:4711'", fault.Message);
    }

    [Fact]
    public async Task A_damaged_model_stops_the_host_or_is_unhealthy_if_it_is_loaded_later()
    {
        string path = Path.Combine(_folder, "model.safetensors");
        File.WriteAllText(path, "no weights");
        using var early = Build(services => services.AddElbo(options => options.Model = path));
        await Assert.ThrowsAsync<InvalidDataException>(() => early.StartAsync());
        using var late = Build(services =>
            services.AddElbo(options => (options.Model, options.LoadAtStart) = (path, false))
        );
        await late.StartAsync();
        var report = await Check(late);
        Assert.Equal(HealthStatus.Unhealthy, report.Status);
        Assert.StartsWith($"the model cannot be used: {path}", report.Entries["elbo"].Description);
    }

    [Fact]
    public async Task The_health_check_decodes_and_describes_the_model()
    {
        string path = SaveModel("a", latentDim: 3);
        using var host = Build(services =>
        {
            services.AddElbo(options => options.Model = path);
            services.AddElbo("other", options => options.Model = path);
        });
        await host.StartAsync();
        var report = await Check(host);
        Assert.Equal(HealthStatus.Healthy, report.Status);
        Assert.Equal(["elbo", "elbo-other"], report.Entries.Keys.Order());
        Assert.Equal((3, "8×8"), (report.Entries["elbo"].Data["latent-dim"], report.Entries["elbo"].Data["image"]));
        // Weights that are no longer finite make the decoder's output not finite.
        host.Services.GetRequiredService<Autoencoder>().Model.Parameters.Values.AsSpan().Fill(float.NaN);
        report = await Check(host);
        Assert.Equal(HealthStatus.Unhealthy, report.Entries["elbo"].Status);
        Assert.Equal(HealthStatus.Healthy, report.Entries["elbo-other"].Status);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Task<HealthReport> Check(IHost host) =>
        host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync();

    private static IHost Build(Action<IServiceCollection> add)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        add(builder.Services);
        object?[] models =
        [
            .. builder.Services.Where(s => s.ServiceType == typeof(Autoencoder)).Select(s => s.ServiceKey),
        ];
        var checks = builder.Services.AddHealthChecks();
        foreach (object? name in models)
            checks.AddElbo(name as string);
        return builder.Build();
    }

    private string SaveModel(string name, int latentDim)
    {
        string path = Path.Combine(_folder, name);
        using var model = new Autoencoder(
            VaeOptions.WithLayers(encoder: [6], decoder: [6], latentDim: latentDim),
            new ImageShape(1, 8, 8)
        );
        model.Save(path);
        return path;
    }
}
