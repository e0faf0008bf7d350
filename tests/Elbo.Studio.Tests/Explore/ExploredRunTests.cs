using Elbo.Engine;
using Elbo.Figures;
using Elbo.Models;
using Elbo.Studio.Layout;
using Elbo.Studio.Pages.Explore;
using Elbo.Studio.Runs;
using Elbo.Workflows;
using Elbo.Workflows.Evaluating;
using Elbo.Workflows.Exploring;
using Elbo.Workflows.Plots;

namespace Elbo.Studio.Tests.Explore;

[Collection(StudioTests.Name)]
public class ExploredRunTests(StudioSession studio)
{
    [Fact]
    public async Task A_picture_of_ones_own_has_the_scores_and_neighbours_of_the_commands()
    {
        string file = Path.Combine(studio.Images, "stripe.png");
        var bitmap = new Bitmap(28, 28, 1);
        bitmap.Pixels[200..420].Fill(230);
        byte[] content = bitmap.EncodePng();
        await File.WriteAllBytesAsync(file, content);
        using var explored = await OpenAsync("first");
        var own = OwnPicture.Of(explored, "stripe.png", content, null, new Progress<string>(), default);

        using var run = LoadedRun.Open(Path.Combine(studio.Runs, "first"), device: new DeviceOptions { Threads = 1 });
        var score = ScoreWorkflow
            .Score(run, new ScoreOptions { Choice = ImageChoice.OfPath(file), Threads = 1 })
            .Summary.Images[0];
        Assert.Equal(score with { File = null }, own.Details.Score with { File = null });
        var near = NeighboursWorkflow.Run(
            run,
            new NeighboursOptions { Images = file, Output = Path.Combine(studio.Images, "near") }
        );
        Assert.Equal(
            near.Queries[0].Neighbours.Select(neighbour => neighbour.Distance),
            own.Near.Select(neighbour => neighbour.Distance)
        );
    }

    [Fact]
    public async Task Pages_compute_with_one_model_at_the_same_time()
    {
        var runs = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => OpenAsync("first")));
        float[] code = [0.5f, -1];
        byte[] expected = runs[0].Decode(code, 0);
        await Task.WhenAll(
            runs.Select(run =>
                Task.Run(() =>
                {
                    for (int i = 0; i < 100; i++)
                        Assert.Equal(expected, run.Decode(code, 0));
                })
            )
        );
        foreach (var run in runs)
            run.Dispose();
        Assert.True(SpinWait.SpinUntil(() => IsDisposed(runs[0]), TimeSpan.FromSeconds(10)));

        bool IsDisposed(ExploredRun run)
        {
            try
            {
                run.Decode(code, 0);
                return false;
            }
            catch (ObjectDisposedException)
            {
                return true;
            }
        }
    }

    [Fact]
    public async Task A_code_of_another_length_is_an_error()
    {
        using var run = await OpenAsync("first");
        Assert.Contains("needs 2", Assert.Throws<ArgumentException>(() => run.Decode([1, 2, 3], 0)).Message);
    }

    [Fact]
    public async Task Samples_are_those_of_the_command_with_the_same_seed()
    {
        using var explored = await OpenAsync("first");
        var drawn = explored.Work(run => SampleGroup.Draw(run, CodeSampler.Prior, 0, 3))[0];
        string first = explored.Work(run =>
            PictureUrl.Of(
                Inference
                    .Decode(run.Model, Inference.SamplePrior(run.Model, SampleGroup.OfPrior, new Rng(3)))
                    .AsSpan(0, run.Model.ImageShape.PixelCount),
                run.Model.ImageShape
            )
        );
        Assert.Equal(SampleGroup.OfPrior, drawn.Pictures.Count);
        Assert.Equal(first, drawn.Pictures[0]);
    }

    private Task<ExploredRun> OpenAsync(string run) => ExploredRun.OpenAsync(studio.Service<ModelPool>(), run, 1);
}
