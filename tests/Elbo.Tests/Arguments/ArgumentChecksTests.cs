using Elbo.Data;
using Elbo.Engine;
using Elbo.Engine.Autograd;
using Elbo.Models;

namespace Elbo.Tests.Arguments;

/// <summary>
/// Wrong arguments of the library: each row calls one public member with one wrong argument, and has the type of the
/// exception and parts of its message, which are the value and what is needed.
/// </summary>
/// <remarks>Each file has the table of one part of the library. The calls are tiny, because nothing is computed.</remarks>
public sealed partial class ArgumentChecksTests : IDisposable
{
    private static readonly ImageShape Shape = new(1, 2, 2);

    private readonly TemporaryFolder _folder = new();
    private readonly Device _device = new(new DeviceOptions { Threads = 1 });

    /// <summary>All tables by name.</summary>
    private static readonly Dictionary<string, Func<Row[]>> Tables = new()
    {
        ["Autoencoder"] = () => OfAutoencoder,
        ["Data"] = () => OfData,
        ["Formats"] = () => OfFormats,
        ["Models"] = () => OfModels,
        ["Layers"] = () => OfLayers,
        ["Training"] = () => OfTraining,
        ["Evaluation"] = () => OfEvaluation,
        ["Clustering"] = () => OfClustering,
        ["Selection"] = () => OfSelection,
        ["Figures"] = () => OfFigures,
    };

    public static TheoryData<string, int, string> Rows
    {
        get
        {
            var data = new TheoryData<string, int, string>();
            foreach (var (table, rows) in Tables)
            foreach (var (i, row) in rows().Index())
                data.Add(table, i, row.Name);
            return data;
        }
    }

    public void Dispose()
    {
        _device.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void A_wrong_argument_is_refused_with_its_value_and_what_is_needed(string table, int index, string name)
    {
        var row = Tables[table]()[index];
        Assert.Equal(name, row.Name);
        var e = Assert.Throws(row.Exception, () => row.Call(this));
        Assert.All(row.Parts, part => Assert.Contains(part, e.Message, StringComparison.Ordinal));
    }

    private static Row Wrong(string name, Action<ArgumentChecksTests> call, params string[] parts) =>
        new(name, call, typeof(ArgumentException), parts);

    private static Row OutOfRange(string name, Action<ArgumentChecksTests> call, params string[] parts) =>
        new(name, call, typeof(ArgumentOutOfRangeException), parts);

    private static Row Null(string parameter, Action<ArgumentChecksTests> call) =>
        new($"{parameter} null", call, typeof(ArgumentNullException), [parameter]);

    private static ModelOptions Options { get; } = VaeOptions.WithLayers([4], [4], 2, Activation.Tanh);

    private static ImageDataset Images { get; } =
        new(
            "squares",
            Shape,
            Enumerable.Range(0, 32).Select(i => (byte)i).ToArray(),
            new byte[] { 0, 1, 0, 1, 0, 1, 0, 1 },
            ["even", "odd"]
        );

    /// <summary>Eight points in two dimensions, or four images of four pixels.</summary>
    private static float[] Points { get; } = [.. Enumerable.Range(0, 16).Select(i => i * 7 % 16 / 16f)];

    /// <summary>The same values, one of which is replaced.</summary>
    private static float[] With(float value, int at = 5) => [.. Points.Select((point, i) => i == at ? value : point)];

    private Autoencoder Vae() => new(Options, Shape, seed: 0, _device);

    private GenerativeModel Model() => new(Options, Shape, _device, new Rng(0));

    private Tensor Zeros(params ReadOnlySpan<int> extents) => _device.Zeros(new Shape(extents));

    /// <summary>A call with a wrong argument.</summary>
    /// <param name="Name">What is wrong.</param>
    /// <param name="Call">Calls the member.</param>
    /// <param name="Exception">Exact type of the exception.</param>
    /// <param name="Parts">Parts of its message.</param>
    private sealed record Row(string Name, Action<ArgumentChecksTests> Call, Type Exception, string[] Parts);
}
