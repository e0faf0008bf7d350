#:sdk Microsoft.NET.Sdk.Web
#:project ../src/Elbo.Hosting/Elbo.Hosting.csproj
#:property InvariantGlobalization=true
// A web service around a trained model: pictures in, codes, reconstructions and scores out.
//
//   dotnet run samples/web-service.cs -- --Elbo:Model=RUN [--urls=http://localhost:5000] [--Limits:PerSecond=200]
//
// RUN is a run folder of 'elbo train', a folder written by Autoencoder.Save, or a model.safetensors file.
//
//   curl -F pictures=@a.png -F pictures=@b.jpg http://localhost:5000/encode
//   curl -F pictures=@a.png http://localhost:5000/reconstruct -H 'Accept: image/png' -o reconstruction.png
//   curl -F pictures=@a.png http://localhost:5000/score
//   curl http://localhost:5000/health
//
// A picture can have any size; it is scaled to that of the model's images. Pictures that cannot be read give status 400
// with the reason, too many or too large ones 413, and too many requests 429.
using System.Text.Json.Serialization;
using System.Threading.RateLimiting;
using Elbo;
using Elbo.Figures;
using Elbo.Hosting;
using Microsoft.AspNetCore.Http.Features;

const int MostPictures = 64;
const long MostBytes = 20 << 20;

var builder = WebApplication.CreateSlimBuilder(args);
builder.Services.Configure<ElboOptions>(builder.Configuration.GetSection("Elbo"));
builder.Services.AddElbo();
builder.Services.AddHealthChecks().AddElbo();
builder.Services.AddProblemDetails();
builder.Services.ConfigureHttpJsonOptions(options =>
    options.SerializerOptions.TypeInfoResolverChain.Insert(0, ServiceJson.Default)
);
builder.WebHost.ConfigureKestrel(kestrel => kestrel.Limits.MaxRequestBodySize = MostBytes);
builder.Services.Configure<FormOptions>(form => form.ValueCountLimit = MostPictures);

// Each client may send so many requests a second. All together are computed two per processor at a time; the rest wait.
int perSecond = builder.Configuration.GetValue("Limits:PerSecond", 200);
builder.Services.AddRateLimiter(limiter =>
{
    limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
    limiter.GlobalLimiter = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<HttpContext, string>(context =>
            RateLimitPartition.GetTokenBucketLimiter(
                context.Connection.RemoteIpAddress?.ToString() ?? "",
                _ => new TokenBucketRateLimiterOptions
                {
                    TokenLimit = 2 * perSecond,
                    TokensPerPeriod = perSecond,
                    ReplenishmentPeriod = TimeSpan.FromSeconds(1),
                }
            )
        ),
        PartitionedRateLimiter.Create<HttpContext, string>(_ =>
            RateLimitPartition.GetConcurrencyLimiter(
                "",
                _ => new ConcurrencyLimiterOptions { PermitLimit = 2 * Environment.ProcessorCount, QueueLimit = 1000 }
            )
        )
    );
});

var app = builder.Build();
app.UseRateLimiter();
app.UseStatusCodePages();
app.MapHealthChecks("/health").DisableRateLimiting();

Post(
    "/encode",
    (model, pictures, _) =>
    {
        var codes = model.Encode(pictures);
        return Results.Ok(codes.Select((code, i) => new Code(codes.Names![i], code.ToArray())).ToArray());
    }
);
Post(
    "/reconstruct",
    (model, pictures, request) =>
    {
        var images = model.Reconstruct(pictures);
        // Several pictures become one: a row of reconstructions.
        if (request.GetTypedHeaders().Accept.Any(type => type.MediaType == "image/png"))
            return Results.Bytes(Png(images, images.Count, model), "image/png");
        return Results.Ok(
            images.Select((image, i) => new Picture(images.Names![i], Png(image.Span, 1, model))).ToArray()
        );
    }
);
Post(
    "/score",
    (model, pictures, request) =>
        Results.Ok(
            model
                .Score(pictures, cancellation: request.HttpContext.RequestAborted)
                .Select(score => new Score(
                    score.Name!,
                    score.Loss,
                    score.Likelihood,
                    score.Divergence,
                    score.SquaredError,
                    score.UnexplainedVariance
                ))
                .ToArray()
        )
);
app.Run();

void Post(string path, Func<Autoencoder, ImageInput, HttpRequest, IResult> answer) =>
    app.MapPost(
        path,
        (HttpRequest request, Autoencoder model) => Answer(request, pictures => answer(model, pictures, request))
    );

static byte[] Png(ReadOnlySpan<float> images, int count, Autoencoder model) =>
    ImageGrid.Compose(images, model.ImageShape, 1, count).EncodePng();

// Reads the pictures of a multipart form and answers with what the model makes of them.
static async Task<IResult> Answer(HttpRequest request, Func<ImageInput, IResult> answer)
{
    try
    {
        if (!request.HasFormContentType)
            return Problem(StatusCodes.Status415UnsupportedMediaType, "send the pictures as multipart/form-data.");
        var form = await request.ReadFormAsync(request.HttpContext.RequestAborted);
        if (form.Files.Count == 0)
            return Problem(StatusCodes.Status400BadRequest, "there are no pictures; send at least one file.");
        if (form.Files.Count > MostPictures)
            return Problem(
                StatusCodes.Status413PayloadTooLarge,
                $"there are {form.Files.Count} pictures; send at most {MostPictures}."
            );
        return answer(ImageInput.FromStreams(form.Files.Select(file => (file.FileName, file.OpenReadStream()))));
    }
    catch (BadHttpRequestException e)
    {
        return Problem(e.StatusCode, e.Message);
    }
    catch (InvalidDataException e)
    {
        return Problem(StatusCodes.Status400BadRequest, e.Message);
    }
}

static IResult Problem(int status, string detail) => Results.Problem(detail, statusCode: status);

internal sealed record Code(string Name, float[] Values);

internal sealed record Picture(string Name, byte[] Png);

internal sealed record Score(
    string Name,
    double Loss,
    double Likelihood,
    double Divergence,
    double SquaredError,
    double UnexplainedVariance
);

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals
)]
[JsonSerializable(typeof(Code[]))]
[JsonSerializable(typeof(Picture[]))]
[JsonSerializable(typeof(Score[]))]
internal sealed partial class ServiceJson : JsonSerializerContext;
