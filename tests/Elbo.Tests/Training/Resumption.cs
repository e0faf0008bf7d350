using Elbo.Models;
using Elbo.Training;

namespace Elbo.Tests.Training;

/// <summary>Trains in two parts: the second part continues with a new model and trainer from the state of the first.</summary>
internal static class Resumption
{
    /// <summary>Begins a training. Every call begins the same one.</summary>
    public delegate Trainer Beginning(out GenerativeModel model);

    /// <summary>All tensors of a model, one after the other.</summary>
    public static float[] Tensors(GenerativeModel model) => [.. model.Tensors.SelectMany(t => t.Value.ToArray())];

    /// <summary>
    /// Stops after <paramref name="steps"/> steps, continues until <paramref name="epochs"/> epochs are complete, and
    /// checks that the tensors are those of <paramref name="end"/>.
    /// </summary>
    public static void AssertEnds(float[] end, Beginning begin, int steps, int epochs)
    {
        var first = begin(out var before);
        using var stop = new CancellationTokenSource();
        int done = 0;
        while (!stop.IsCancellationRequested)
            first.RunEpoch(
                _ =>
                {
                    if (++done == steps)
                        stop.Cancel();
                },
                stop.Token
            );
        var second = begin(out var after);
        foreach (var ((_, from), (_, to)) in before.Tensors.Zip(after.Tensors))
            from.AsSpan().CopyTo(to.AsSpan());
        second.State = first.State;
        while (second.Epoch < epochs)
            second.RunEpoch();
        Bits.AssertEqual(end, Tensors(after));
    }
}
