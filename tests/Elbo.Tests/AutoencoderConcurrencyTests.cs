using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Elbo.Data;
using Elbo.Engine;
using Elbo.Models;
using Elbo.Models.Networks;
using Elbo.Models.Priors;
using Elbo.Tests.Workflows;

namespace Elbo.Tests;

public class AutoencoderConcurrencyTests
{
    private static readonly ImageShape Shape = FewDigits.Train.Shape;

    public static TheoryData<ModelOptions> Models =>
        [
            TinyRun.Network,
            new CnnVaeOptions
            {
                LatentDim = 3,
                Network = new DcganOptions { Channels = [2, 3] },
            },
            GmvaeOptions.WithLayers(12) with
            {
                LatentDim = 3,
                Prior = new MixtureOptions { Clusters = 4 },
            },
            new VaeOptions { Condition = FewDigits.Train.ClassNames, Network = new DenseOptions() },
        ];

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Many_threads_get_the_bits_of_one_thread(ModelOptions options)
    {
        const int Threads = 16,
            Calls = 25;
        int? label = options.Condition is null ? null : 3;
        using var device = new Device(new DeviceOptions { Threads = 2 });
        Autoencoder[] instances = [.. Enumerable.Range(0, 4).Select(_ => new Autoencoder(options, Shape, 7, device))];
        ImageDataset[] requests = [FewDigits.Test.Slice(0, 1), FewDigits.Test.Slice(1, 7), FewDigits.Test];
        float[][] expected = [.. requests.Select(request => Results(instances[0], request))];
        await Task.WhenAll(
            Enumerable
                .Range(0, Threads)
                .Select(thread =>
                    Task.Factory.StartNew(
                        () =>
                        {
                            for (int call = 0; call < Calls; call++)
                            {
                                int request = (thread + call) % 8 is var i && i < requests.Length ? i : 0;
                                Bits.AssertEqual(
                                    expected[request],
                                    Results(instances[(thread + call) % 4], requests[request])
                                );
                            }
                        },
                        TaskCreationOptions.LongRunning
                    )
                )
        );
        foreach (var instance in instances)
            instance.Dispose();

        float[] Results(Autoencoder model, ImageDataset images)
        {
            float[] codes = model.Encode(images, label);
            return
            [
                .. codes,
                .. model.Decode(codes, label).ToArray(),
                .. model.Reconstruct(images, label).ToArray(),
                .. model.Generate(2, seed: 5, label: label).ToArray(),
                .. model.Score(images.Slice(0, 1), samples: 2, label: label).Select(score => (float)score.Likelihood),
            ];
        }
    }

    [Fact]
    public void Fit_waits_for_calls_and_refuses_new_ones_and_its_weights_are_those_of_the_next_call()
    {
        using var vae = new Autoencoder(TinyRun.Network, Shape);
        using var undisturbed = new Autoencoder(TinyRun.Network, Shape);
        using var stop = new CancellationTokenSource();
        var faults = new ConcurrentQueue<Exception>();
        Thread[] readers =
        [
            .. Enumerable
                .Range(0, 4)
                .Select(_ => new Thread(() =>
                {
                    while (!stop.IsCancellationRequested)
                        if (Record.Exception(() => vae.Encode(FewDigits.Test)) is { } fault)
                            faults.Enqueue(fault);
                })),
        ];
        Array.ForEach(readers, reader => reader.Start());
        vae.Fit(FewDigits.Train, new() { Epochs = 3 });
        stop.Cancel();
        Array.ForEach(readers, reader => reader.Join());
        Assert.All(
            faults,
            fault => Assert.Contains("trains this autoencoder", Assert.IsType<InvalidOperationException>(fault).Message)
        );
        undisturbed.Fit(FewDigits.Train, new() { Epochs = 3 });
        Bits.AssertEqual(undisturbed.Encode(FewDigits.Test), vae.Encode(FewDigits.Test));
    }

    [Fact]
    public void Disposing_waits_for_running_calls_and_later_calls_are_refused()
    {
        var vae = new Autoencoder(new VaeOptions(), Shape);
        var faults = new ConcurrentQueue<Exception>();
        using var started = new CountdownEvent(3);
        Thread[] readers =
        [
            .. Enumerable
                .Range(0, 3)
                .Select(_ => new Thread(() =>
                {
                    vae.Encode(FewDigits.Test);
                    started.Signal();
                    while (Record.Exception(() => vae.Encode(FewDigits.Test)) is not { } fault || Enqueue(fault)) { }
                })),
        ];
        Array.ForEach(readers, reader => reader.Start());
        started.Wait();
        vae.Dispose();
        Array.ForEach(readers, reader => reader.Join());
        Assert.All(faults, fault => Assert.IsType<ObjectDisposedException>(fault));
        Assert.Equal(3, faults.Count);

        bool Enqueue(Exception fault)
        {
            faults.Enqueue(fault);
            return false;
        }
    }

    [Fact]
    public void A_model_that_nobody_disposes_leaves_no_threads()
    {
        var threads = UseAndForget();
        for (int i = 0; i < 50 && threads.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(10);
        }
        Assert.False(threads.IsAlive);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference UseAndForget()
    {
        var device = new Device(new DeviceOptions { Threads = 3 });
        var vae = new Autoencoder(new VaeOptions(), Shape, device: device);
        vae.Encode(FewDigits.Test);
        return new WeakReference(device);
    }

    [Fact]
    public void A_workspace_shares_the_weights_and_has_no_gradients()
    {
        using var device = new Device(new DeviceOptions { Threads = 1 });
        using var workspace = device.CreateWorkspace();
        var model = TinyRun.Network.Create(Shape, device, new Rng(1));
        var view = model.On(workspace);
        float[] images = FewDigits.Test.Slice(0, 3).ToIntensities();
        Bits.AssertEqual(Inference.Encode(model, images), Inference.Encode(view, images));
        model.Parameters.Values.AsSpan()[3] += 1;
        Bits.AssertEqual(Inference.Encode(model, images), Inference.Encode(view, images));
        Assert.Throws<InvalidOperationException>(() => view.Parameters.Gradients);
        device.Dispose();
        Assert.Throws<ObjectDisposedException>(() => Inference.Encode(view, images));
    }
}
