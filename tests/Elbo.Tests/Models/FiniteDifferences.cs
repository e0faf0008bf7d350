using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;
using Elbo.Nn;

namespace Elbo.Tests.Models;

/// <summary>Compares gradients of a model's parameters with central differences.</summary>
internal static class FiniteDifferences
{
    private const float Step = 1e-2f;

    /// <summary>The same for the model's objective in training, on nine random images.</summary>
    public static void AssertGradients(GenerativeModel model) =>
        AssertGradients(
            model,
            () =>
            {
                var x = Ops.RandomUniform(model.Device, [9, model.ImageShape.PixelCount], new Rng(3));
                return model.Objective.ComputeLoss(model, x, x, new ForwardContext(new Rng(7), Training: true)).Loss;
            }
        );

    /// <summary>
    /// Checks about seven elements of every parameter. <paramref name="loss"/> returns the same value at every call, in
    /// nats: its random numbers are fixed.
    /// </summary>
    public static void AssertGradients(GenerativeModel model, Func<Tensor> loss)
    {
        double Value()
        {
            using var pause = model.Device.Tape.Pause();
            using var scope = model.Device.BeginStep();
            return loss().ToScalar();
        }

        float[][] gradients;
        using (model.Device.BeginStep())
        {
            var value = loss();
            model.Parameters.ClearGradients();
            model.Device.Tape.Backward(value);
            gradients = [.. model.Parameters.All.Select(p => p.Value.Gradient!.ToArray())];
        }
        foreach (var (parameter, gradient) in model.Parameters.All.Zip(gradients))
            for (int i = 0; i < gradient.Length; i += Math.Max(1, gradient.Length / 7))
            {
                float before = parameter.Value.AsSpan()[i];
                double Shifted(float step)
                {
                    parameter.Value.AsSpan()[i] = before + step;
                    return Value();
                }
                double difference = (Shifted(Step) - Shifted(-Step)) / (2 * Step);
                parameter.Value.AsSpan()[i] = before;
                // Losses of a few nats have rounding errors of 1e-6, a hundred times that after the division; the rest
                // is the third derivative times the step squared.
                Assert.True(
                    Math.Abs(difference - gradient[i]) < 1e-3 + (3e-3 * Math.Abs(difference)),
                    $"{parameter.Name}[{i}]: the gradient is {gradient[i]}, the difference {difference}"
                );
            }
    }
}
