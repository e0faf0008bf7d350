using System.Globalization;
using Elbo.Engine.Autograd;
using Elbo.Nn.Graphs;

namespace Elbo.Workflows.Exporting.Torch;

/// <summary>Nodes of a graph as modules and expressions of PyTorch.</summary>
internal static class TorchLayers
{
    /// <summary>Whether a node is a module in an <c>nn.Sequential</c>, rather than an expression.</summary>
    public static bool IsModule(Node node) =>
        node is WeightedNode or ActivationNode or DropoutNode or CropNode || IsFlatten(node) || IsUnflatten(node);

    /// <summary>Whether a node is a flattening of maps.</summary>
    public static bool IsFlatten(Node node) =>
        node is ReshapeNode { IsBatched: true, Shape.Rank: 1 } && node.Inputs[0].Shape.Rank == 3;

    /// <summary>Whether a node makes maps of rows.</summary>
    public static bool IsUnflatten(Node node) =>
        node is ReshapeNode { IsBatched: true, Shape.Rank: 3 } && node.Inputs[0].Shape.Rank == 1;

    /// <summary>The modules of a node, and the index of the one that has its tensors.</summary>
    public static (IReadOnlyList<string> Modules, int Weighted) Modules(Node node) =>
        node switch
        {
            LinearNode linear => ([$"nn.Linear({linear.Weight.Shape[1]}, {linear.Weight.Shape[0]}{Bias(linear)})"], 0),
            ConvolutionNode { IsTransposed: false } convolution => Convolution(convolution),
            ConvolutionNode convolution => TransposedConvolution(convolution),
            BatchNormNode norm => (
                [$"nn.BatchNorm{(norm.Shape.Rank == 3 ? "2d" : "1d")}({norm.Shape[0]}{Epsilon(norm)})"],
                0
            ),
            ActivationNode { Activation: Activation.LeakyRelu } => (
                [$"nn.LeakyReLU({Number(Ops.ActivationSlope)})"],
                0
            ),
            ActivationNode activation => ([$"nn.{Class(activation.Activation)}()"], 0),
            DropoutNode dropout => ([$"nn.Dropout({Number(dropout.Rate)})"], 0),
            CropNode crop => ([$"Crop({crop.Shape[1]}, {crop.Shape[2]})"], 0),
            ReshapeNode { Shape.Rank: 1 } => (["nn.Flatten()"], 0),
            ReshapeNode => ([$"nn.Unflatten(1, {Sides(node)})"], 0),
            _ => throw new NotSupportedException($"{node.GetType().Name} has no PyTorch module."),
        };

    /// <summary>A node as an expression of the values of its inputs.</summary>
    /// <param name="node">A node without weights.</param>
    /// <param name="x">The values of its inputs, as Python.</param>
    public static string Expression(Node node, IReadOnlyList<string> x) =>
        node switch
        {
            ActivationNode { Activation: Activation.LeakyRelu } =>
                $"F.leaky_relu({x[0]}, {Number(Ops.ActivationSlope)})",
            ActivationNode { Activation: Activation.Sigmoid or Activation.Tanh } activation =>
                $"torch.{Function(activation.Activation)}({x[0]})",
            ActivationNode activation => $"F.{Function(activation.Activation)}({x[0]})",
            DropoutNode => x[0],
            CropNode crop => $"{Operand(x[0])}[:, :, :{crop.Shape[1]}, :{crop.Shape[2]}]",
            ReshapeNode { IsBatched: true } when IsFlatten(node) => $"{Operand(x[0])}.flatten(1)",
            ReshapeNode { IsBatched: true } =>
                $"{Operand(x[0])}.reshape(-1, {string.Join(", ", node.Shape.ToArray())})",
            ReshapeNode => $"{Operand(x[0])}.reshape({string.Join(", ", node.Shape.ToArray())})",
            ConcatNode => $"torch.cat([{string.Join(", ", x)}], dim=1)",
            SliceNode slice => $"{Operand(x[0])}[:, {slice.Start}:{slice.Start + slice.Length}]",
            OneHotNode => $"F.one_hot({x[0]}, {node.Shape[0]}).float()",
            AffineNode affine => Affine(affine, x[0]),
            FunctionNode { Function: GraphFunction.Square } => $"{Operand(x[0])}.square()",
            FunctionNode { Function: GraphFunction.Sqrt } => $"torch.sqrt({x[0]})",
            FunctionNode { Function: GraphFunction.Exp } => $"torch.exp({x[0]})",
            FunctionNode { Function: GraphFunction.Softmax } => $"torch.softmax({x[0]}, dim=-1)",
            FunctionNode => $"torch.log_softmax({x[0]}, dim=-1)",
            AddNode => $"{x[0]} + {x[1]}",
            GaussianLogDensityNode => $"gaussian_log_density({x[0]}, {x[1]}, {x[2]})",
            _ => throw new NotSupportedException($"{node.GetType().Name} has no PyTorch expression."),
        };

    /// <summary>The names in PyTorch of the tensors of a node, in the order of <see cref="WeightedNode.Tensors"/>.</summary>
    public static IReadOnlyList<string> TensorNames(WeightedNode node) =>
        node switch
        {
            BatchNormNode => ["weight", "bias", "running_mean", "running_var"],
            { Bias: null } => ["weight"],
            _ => ["weight", "bias"],
        };

    /// <summary>A number as Python writes it.</summary>
    public static string Number(float value) => value.ToString("R", CultureInfo.InvariantCulture).ToLowerInvariant();

    private static (IReadOnlyList<string>, int) Convolution(ConvolutionNode node)
    {
        var p = node.Padding;
        bool isEven = p.Top == p.Bottom && p.Left == p.Right;
        string layer =
            $"nn.Conv2d({node.Weight.Shape[1]}, {node.Weight.Shape[0]}, {Kernel(node)}, stride={node.Stride}"
            + (isEven ? PaddingOf(p) : "")
            + $"{Bias(node)})";
        return isEven ? ([layer], 0) : ([$"nn.ZeroPad2d(({p.Left}, {p.Right}, {p.Top}, {p.Bottom}))", layer], 1);
    }

    private static (IReadOnlyList<string>, int) TransposedConvolution(ConvolutionNode node)
    {
        var p = node.Padding;
        string layer =
            $"nn.ConvTranspose2d({node.Weight.Shape[0]}, {node.Weight.Shape[1]}, {Kernel(node)}, "
            + $"stride={node.Stride}{PaddingOf(p)}"
            + (node.OutputPadding == 0 ? "" : $", output_padding={node.OutputPadding}")
            + $"{Bias(node)})";
        // PyTorch cuts off as much at the bottom and right as at the top and left.
        return p.Top == p.Bottom && p.Left == p.Right
            ? ([layer], 0)
            : ([layer, $"Crop({node.Shape[1]}, {node.Shape[2]})"], 0);
    }

    private static string Kernel(ConvolutionNode node) =>
        node.Weight.Shape[2] == node.Weight.Shape[3]
            ? $"{node.Weight.Shape[2]}"
            : $"({node.Weight.Shape[2]}, {node.Weight.Shape[3]})";

    private static string PaddingOf(Padding p) =>
        (p.Top, p.Left) switch
        {
            (0, 0) => "",
            var (top, left) when top == left => $", padding={top}",
            var (top, left) => $", padding=({top}, {left})",
        };

    private static string Bias(WeightedNode node) => node.Bias is null ? ", bias=False" : "";

    private static string Epsilon(BatchNormNode node) => node.Epsilon == 1e-5f ? "" : $", eps={Number(node.Epsilon)}";

    private static string Affine(AffineNode node, string x)
    {
        string scaled = node.Scale == 1 ? x : $"{Number(node.Scale)} * {Operand(x)}";
        return node.Shift == 0 ? scaled
            : node.Shift < 0 ? $"{scaled} - {Number(-node.Shift)}"
            : $"{scaled} + {Number(node.Shift)}";
    }

    /// <summary>An expression as the operand of a stronger operator.</summary>
    private static string Operand(string x)
    {
        int depth = 0;
        foreach (char c in x)
        {
            depth +=
                c is '(' or '[' ? 1
                : c is ')' or ']' ? -1
                : 0;
            if (c == ' ' && depth == 0)
                return $"({x})";
        }
        return x;
    }

    private static string Sides(Node node) => $"({string.Join(", ", node.Shape.ToArray())})";

    private static string Class(Activation activation) =>
        activation switch
        {
            Activation.Relu => "ReLU",
            Activation.Elu => "ELU",
            Activation.Tanh => "Tanh",
            Activation.Sigmoid => "Sigmoid",
            Activation.Softplus => "Softplus",
            Activation.Silu => "SiLU",
            Activation.Gelu => "GELU",
            _ => throw new NotSupportedException($"the activation {activation} has no PyTorch module."),
        };

    private static string Function(Activation activation) => Class(activation).ToLowerInvariant();
}
