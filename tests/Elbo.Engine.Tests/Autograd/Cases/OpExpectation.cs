namespace Elbo.Engine.Tests.Autograd.Cases;

/// <summary>
/// What an <see cref="OpCase"/> must give: its output, and gradients by finite differences, all in double.
/// </summary>
internal sealed class OpExpectation
{
    /// <summary>
    /// Central differences then err by about Step² of the third derivative, and by 1e-11 from rounding: far below a
    /// float's resolution.
    /// </summary>
    private const double Step = 1e-5;

    /// <summary>
    /// Elements of an operand whose gradient is checked; more would cost one forward pass each and show nothing new.
    /// </summary>
    private const int Checked = 120,
        CheckedWhereLarge = 6;

    private static readonly Dictionary<string, OpExpectation> Known = [];

    private readonly OpCase _case;
    private readonly DoubleTensor[] _inputs;

    private OpExpectation(OpCase opCase)
    {
        _case = opCase;
        _inputs =
        [
            .. opCase.Operands.Select((o, i) => new DoubleTensor(o.Shape, [.. opCase.Draw(i).Select(v => (double)v)])),
        ];
        Output = opCase.Reference(_inputs);
        Upstream = opCase.DrawUpstream(Output.Shape);
        Gradients = [.. opCase.Operands.Select((o, i) => o.RequiresGradient ? Differences(i) : [])];
    }

    public DoubleTensor Output { get; }

    public float[] Upstream { get; }

    /// <summary>
    /// For each operand, elements and the derivative by them of the output contracted with <see cref="Upstream"/>.
    /// </summary>
    public (int Element, double Value)[][] Gradients { get; }

    public static OpExpectation Of(OpCase opCase) =>
        Known.TryGetValue(opCase.Name, out var known) ? known : Known[opCase.Name] = new OpExpectation(opCase);

    private (int Element, double Value)[] Differences(int operand)
    {
        int count = _inputs[operand].Shape.Count,
            limit = _case.IsLarge ? CheckedWhereLarge : Checked;
        var elements =
            count <= limit
                ? Enumerable.Range(0, count)
                : Enumerable.Range(0, limit).Select(i => (int)((long)i * (count - 1) / (limit - 1)));
        return [.. elements.Select(e => (e, Difference(operand, e)))];
    }

    private double Difference(int operand, int element)
    {
        double[] above = Moved(operand, element, Step),
            below = Moved(operand, element, -Step);
        double sum = 0;
        for (int i = 0; i < above.Length; i++)
            sum += Upstream[i] * (above[i] - below[i]);
        return sum / (2 * Step);
    }

    private double[] Moved(int operand, int element, double step)
    {
        var inputs = (DoubleTensor[])_inputs.Clone();
        var values = (double[])inputs[operand].Values.Clone();
        values[element] += step;
        inputs[operand] = new DoubleTensor(inputs[operand].Shape, values);
        return _case.Reference(inputs).Values;
    }
}
