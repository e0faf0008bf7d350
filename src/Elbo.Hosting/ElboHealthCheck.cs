using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Elbo.Hosting;

/// <summary>Reports a model as healthy if it is loaded and decodes a code to finite intensities.</summary>
/// <param name="model">The model.</param>
public sealed class ElboHealthCheck(Func<Autoencoder> model) : IHealthCheck
{
    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(context);
        return Task.FromResult(Check(context.Registration.FailureStatus));
    }

    private HealthCheckResult Check(HealthStatus failure)
    {
        try
        {
            var autoencoder = model();
            float[] image = autoencoder.Decode(
                new float[autoencoder.LatentDim],
                autoencoder.Model.IsConditional ? 0 : null
            );
            return Array.TrueForAll(image, float.IsFinite)
                ? HealthCheckResult.Healthy("the model decodes.", Describe(autoencoder))
                : new HealthCheckResult(
                    failure,
                    "the model decodes to values that are not finite; its weights are damaged.",
                    data: Describe(autoencoder)
                );
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            return new HealthCheckResult(failure, $"the model cannot be used: {e.Message}", e);
        }
    }

    private static Dictionary<string, object> Describe(Autoencoder model) =>
        new()
        {
            ["image"] = model.ImageShape.ToString(),
            ["latent-dim"] = model.LatentDim,
            ["parameters"] = model.ParameterCount,
        };
}

/// <summary>Adds health checks of trained models.</summary>
public static class ElboHealthChecks
{
    /// <summary>Adds an <see cref="ElboHealthCheck"/>.</summary>
    /// <param name="builder">The builder of health checks.</param>
    /// <param name="model">
    /// Name of the model, as for <see cref="ElboServices.AddElbo(IServiceCollection, string, Action{ElboOptions}?)"/>;
    /// null for the one without a name.
    /// </param>
    /// <param name="name">Name of the check; null is <c>elbo</c>, or <c>elbo-</c> and the name of the model.</param>
    /// <param name="failureStatus">Status to report on failure; null is unhealthy.</param>
    /// <param name="tags">Tags to select checks by.</param>
    /// <returns>The builder.</returns>
    public static IHealthChecksBuilder AddElbo(
        this IHealthChecksBuilder builder,
        string? model = null,
        string? name = null,
        HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null
    )
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.Add(
            new HealthCheckRegistration(
                name ?? (model is null ? "elbo" : $"elbo-{model}"),
                provider => new ElboHealthCheck(() => ElboServices.GetModel(provider, model ?? ElboServices.Unnamed)),
                failureStatus,
                tags
            )
        );
    }
}
