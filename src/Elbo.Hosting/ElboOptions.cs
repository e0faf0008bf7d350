using Elbo.Engine;
using Microsoft.Extensions.Options;

namespace Elbo.Hosting;

/// <summary>Options of a trained model that is a service.</summary>
public sealed class ElboOptions
{
    /// <summary>
    /// Path of the model, as for <see cref="Autoencoder.Load"/>: a run of <c>elbo train</c>, a folder written by
    /// <see cref="Autoencoder.Save"/>, or a <c>model.safetensors</c> file.
    /// </summary>
    public string Model { get; set; } = "";

    /// <summary>Number of threads of one large request, 1 to 1024; 0 means one per processor.</summary>
    public int Threads { get; set; }

    /// <summary>The device that computes, as <see cref="DeviceOptions.Kind"/>: <c>cpu</c>, <c>cuda</c>, <c>auto</c>.</summary>
    public string Device { get; set; } = "cpu";

    /// <summary>Whether a GPU computes with <see cref="DeviceOptions.TensorFloat32"/>.</summary>
    public bool TensorFloat32 { get; set; }

    /// <summary>
    /// Whether the model is loaded when the host starts, so that a missing or damaged file stops it, instead of with the
    /// first request.
    /// </summary>
    public bool LoadAtStart { get; set; } = true;
}

/// <summary>Checks options before the host starts.</summary>
internal sealed class ElboOptionsValidator : IValidateOptions<ElboOptions>
{
    public ValidateOptionsResult Validate(string? name, ElboOptions options)
    {
        string prefix = string.IsNullOrEmpty(name) ? "Elbo" : $"Elbo model '{name}'";
        if (string.IsNullOrWhiteSpace(options.Model))
            return ValidateOptionsResult.Fail(
                $"{prefix}: Model is empty; give the path of a run folder or of a model.safetensors file."
            );
        if (!Path.Exists(options.Model))
            return ValidateOptionsResult.Fail(
                $"{prefix}: there is no {options.Model}; Model is the path of a run folder or of a model.safetensors file."
            );
        return options.Threads is < 0 or > 1024
            ? ValidateOptionsResult.Fail(
                $"{prefix}: Threads is {options.Threads}; give 1 to 1024, or 0 for one per processor."
            )
            : ValidateOptionsResult.Success;
    }
}
