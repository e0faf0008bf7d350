using Elbo.Engine;
using Elbo.Nn;
using Elbo.Training.Optimizers;

namespace Elbo.Tests.Training.Optimizers;

public class OptimizerCatalogTests
{
    [Fact]
    public void Every_promised_optimizer_is_there_and_adam_is_the_default() =>
        Assert.Equal(
            ["adam", "adamw", "amsgrad", "adamax", "rmsprop", "sgd", "momentum", "nesterov"],
            OptimizerCatalog.All.Select(entry => entry.Name)
        );

    [Fact]
    public void Names_are_found_in_any_case() =>
        Assert.All(
            OptimizerCatalog.All,
            entry => Assert.Same(entry, OptimizerCatalog.Get(entry.Name.ToUpperInvariant()))
        );

    [Fact]
    public void An_unknown_name_is_answered_with_those_there_are_and_the_nearest()
    {
        var e = Assert.Throws<ArgumentException>(() => OptimizerCatalog.Get("adma"));
        Assert.Equal(
            "there is no optimizer 'adma'; there are adam, adamw, amsgrad, adamax, rmsprop, sgd, momentum, "
                + "nesterov. Did you mean adam?",
            e.Message
        );
    }

    [Fact]
    public void Descriptions_fit_a_line() =>
        Assert.All(OptimizerCatalog.All, entry => Assert.InRange(entry.Description.Length, 10, 80));
}

public class OptimizerTests
{
    public static TheoryData<string> Names => [.. OptimizerCatalog.All.Select(entry => entry.Name)];

    private static readonly Dictionary<string, (float Rate, Func<ParameterSet, Optimizer> Create)> References = new()
    {
        ["adam"] = (1e-3f, parameters => new Adam(parameters)),
        ["adam_wd"] = (
            1e-2f,
            parameters => new Adam(
                parameters,
                new AdamOptions
                {
                    Beta1 = 0.8f,
                    Beta2 = 0.95f,
                    Epsilon = 1e-6f,
                    WeightDecay = 0.1f,
                }
            )
        ),
        ["adamw"] = (1e-3f, parameters => new Adam(parameters, AdamOptions.AdamW with { WeightDecay = 0.05f })),
        ["adam_amsgrad"] = (1e-3f, parameters => new Adam(parameters, new AdamOptions { AmsGrad = true })),
        ["sgd"] = (0.1f, parameters => new Sgd(parameters)),
        ["sgd_momentum_nesterov"] = (
            0.1f,
            parameters => new Sgd(parameters, new SgdOptions { Momentum = 0.9f, Nesterov = true })
        ),
        ["rmsprop"] = (1e-2f, parameters => new RmsProp(parameters)),
        ["adamax"] = (2e-3f, parameters => new Adamax(parameters)),
    };

    public static TheoryData<string> Cases => [.. References.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    [Trait("Category", "Reference")]
    public void Six_steps_are_those_of_PyTorch(string name)
    {
        using var golden = Golden.Open("optim");
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var start = golden.ReadFloats("p0");
        var gradients = golden.ReadFloats("grads");
        var parameters = new ParameterSet([new Parameter("p", start.Shape, Initializers.Zeros)], device, new Rng(0));
        start.Values.CopyTo(parameters.All[0].Value.AsSpan());
        var (rate, create) = References[name];
        var optimizer = create(parameters);
        var expected = golden.ReadFloats($"{name}/trajectory");
        int count = start.Shape.Count;
        for (int step = 0; step < 6; step++)
        {
            gradients.Values.Slice(step * count, count).CopyTo(parameters.Gradients.AsSpan());
            optimizer.Step(rate);
            Golden.AssertNear(expected.Values.Slice(step * count, count), parameters.All[0].Value.AsSpan());
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_quadratic_bowl_is_descended(string name)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var parameters = new ParameterSet([new Parameter("p", [3], Initializers.Ones)], device, new Rng(0));
        var optimizer = OptimizerCatalog.Get(name).Options.Create(parameters);
        for (int step = 0; step < 300; step++)
        {
            parameters.Values.AsSpan().CopyTo(parameters.Gradients.AsSpan()); // of ½‖p‖²
            optimizer.Step(0.02f);
        }
        Assert.All(parameters.All[0].Value.ToArray(), p => Assert.InRange(p, -0.05f, 0.05f));
        Assert.Equal(300, optimizer.Steps);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_number_of_threads_changes_no_bit(string name)
    {
        float[] one = Trained(name, threads: 1),
            three = Trained(name, threads: 3);
        Assert.Equal(one, three);

        static float[] Trained(string name, int threads)
        {
            using var device = new Device(new DeviceOptions { Threads = threads });
            var parameters = SmallModel.Create(device, outputs: 101, inputs: 203);
            var optimizer = OptimizerCatalog.Get(name).Options.Create(parameters);
            for (int step = 0; step < 3; step++)
            {
                SmallModel.FillGradients(parameters, step);
                optimizer.Step(1e-2f);
            }
            return parameters.Values.ToArray();
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_step_leaves_no_garbage(string name)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var parameters = SmallModel.Create(device);
        var optimizer = OptimizerCatalog.Get(name).Options.Create(parameters);
        optimizer.Step(1e-3f);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            optimizer.Step(1e-3f);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_padding_between_parameters_stays_zero(string name)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var parameters = SmallModel.Create(device);
        var optimizer = OptimizerCatalog.Get(name).Options.Create(parameters);
        for (int step = 0; step < 3; step++)
        {
            SmallModel.FillGradients(parameters, step);
            optimizer.Step(0.1f);
        }
        Assert.All(parameters.Values.ToArray()[35..48], value => Assert.Equal(0, value));
    }

    [Fact]
    public void State_is_named_after_the_parameters_and_shaped_like_them()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var state = new Adam(SmallModel.Create(device)).State;
        Assert.Equal(
            [
                "first_moment.encoder.weight",
                "first_moment.encoder.bias",
                "second_moment.encoder.weight",
                "second_moment.encoder.bias",
            ],
            state.Select(tensor => tensor.Name)
        );
        Assert.Equal(
            [new Shape(7, 5), new Shape(7), new Shape(7, 5), new Shape(7)],
            state.Select(tensor => tensor.Value.Shape)
        );
    }

    [Fact]
    public void Without_momentum_there_is_no_state()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        Assert.Empty(new Sgd(SmallModel.Create(device)).State);
    }

    [Theory]
    [InlineData(-1e-3f)]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void An_impossible_rate_is_refused_before_anything_moves(float rate)
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        var optimizer = new Adam(SmallModel.Create(device));
        Assert.Throws<ArgumentOutOfRangeException>(() => optimizer.Step(rate));
        Assert.Equal(0, optimizer.Steps);
    }

    [Fact]
    public void Options_out_of_range_are_named()
    {
        Assert.StartsWith(
            "Momentum is 1; it must be at least 0 and below 1.",
            Assert.Throws<ArgumentException>(() => new SgdOptions { Momentum = 1 }.Validate()).Message
        );
        Assert.StartsWith(
            "Nesterov is on but Momentum is 0",
            Assert.Throws<ArgumentException>(() => new SgdOptions { Nesterov = true }.Validate()).Message
        );
        Assert.StartsWith(
            "Epsilon is 0; it must be above 0.",
            Assert.Throws<ArgumentException>(() => new AdamOptions { Epsilon = 0 }.Validate()).Message
        );
        Assert.StartsWith(
            "Beta2 is NaN",
            Assert.Throws<ArgumentException>(() => new AdamOptions { Beta2 = float.NaN }.Validate()).Message
        );
        Assert.StartsWith(
            "WeightDecay is -1",
            Assert.Throws<ArgumentException>(() => new AdamaxOptions { WeightDecay = -1 }.Validate()).Message
        );
        Assert.StartsWith(
            "Alpha is 2",
            Assert.Throws<ArgumentException>(() => new RmsPropOptions { Alpha = 2 }.Validate()).Message
        );
    }
}
