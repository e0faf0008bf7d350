using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Nn;

namespace Elbo.Models;

/// <summary>A fully connected network with ReLU from code to image.</summary>
internal sealed class DenseImageDecoder : IImageDecoder
{
    private readonly Mlp _hidden;
    private readonly Linear _output;

    /// <summary>Parameters <c>name.hidden.…</c> and <c>name.output.…</c>.</summary>
    public DenseImageDecoder(
        string name,
        int latentDim,
        IReadOnlyList<int> hidden,
        int pixels,
        PixelOutput output,
        float dropout,
        Initializer initializer
    )
    {
        _hidden = new Mlp(
            $"{name}.hidden",
            latentDim,
            hidden,
            [.. hidden.Select(_ => Activation.Relu)],
            dropout,
            initializer
        );
        _output = new Linear(
            $"{name}.output",
            _hidden.Outputs,
            pixels * output.PerPixel,
            initializer,
            output.Activation
        );
    }

    public IEnumerable<Parameter> Parameters => [.. _hidden.Parameters, .. _output.Parameters];

    public Tensor Paint(Tensor z, ForwardContext context) => _output.Forward(_hidden.Forward(z, context));
}
