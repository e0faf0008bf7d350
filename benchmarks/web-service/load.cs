#:property PublishAot=false
// Sends requests to samples/web-service.cs from parallel clients and reports failures, latency and throughput.
//
//   dotnet run benchmarks/web-service/load.cs -- URL PICTURE [CLIENTS] [REQUESTS] [SERVER-PID] [SECONDS]
//
// PICTURE is an image file or a folder of image files. Each of CLIENTS (16) sends its part of REQUESTS (2000) of every
// kind, one picture each. With SERVER-PID, the resident memory of the server is reported too; with SECONDS, requests of
// all kinds are repeated for that time, and the memory is reported ten times. The exit code is 1 if a request failed.
using System.Diagnostics;
using System.Net.Http.Headers;

string url = args[0],
    path = args[1];
int clients = args.Length > 2 ? int.Parse(args[2]) : 16,
    requests = args.Length > 3 ? int.Parse(args[3]) : 2000,
    server = args.Length > 4 ? int.Parse(args[4]) : 0,
    seconds = args.Length > 5 ? int.Parse(args[5]) : 0;
byte[][] pictures =
[
    .. (Directory.Exists(path) ? Directory.GetFiles(path).Order().ToArray() : [path]).Select(File.ReadAllBytes),
];
string[] kinds = ["encode", "reconstruct", "score"];
using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = clients })
{
    BaseAddress = new Uri(url),
};
int failures = 0;
foreach (string kind in kinds)
{
    await Send(kind, Math.Min(100, requests), clients);
    var one = await Send(kind, Math.Max(1, requests / 8), 1);
    var all = await Send(kind, requests, clients);
    failures += one.Failures + all.Failures;
    Console.WriteLine(
        $"{kind, -12} {requests} requests, {clients} clients: {all.Failures} failures, "
            + $"p50 {all.Percentile(0.5):F1} ms, p99 {all.Percentile(0.99):F1} ms, {all.PerSecond:F0} requests/s; "
            + $"one client: p50 {one.Percentile(0.5):F1} ms, {one.PerSecond:F0} requests/s"
            + Memory()
    );
}
var clock = Stopwatch.StartNew();
for (int part = 1; part <= 10 && seconds > 0; part++)
{
    long sent = 0;
    while (clock.Elapsed.TotalSeconds < seconds * part / 10.0)
        foreach (string kind in kinds)
        {
            var result = await Send(kind, 50 * clients, clients);
            (sent, failures) = (sent + result.Count, failures + result.Failures);
        }
    Console.WriteLine(
        $"after {clock.Elapsed.TotalSeconds, 4:F0} s: {sent} more requests, {failures} failures{Memory()}"
    );
}
return failures == 0 ? 0 : 1;

async Task<Result> Send(string kind, int count, int parallel)
{
    var latencies = new double[count];
    int next = -1,
        failed = 0;
    var clock = Stopwatch.StartNew();
    await Task.WhenAll(
        Enumerable
            .Range(0, parallel)
            .Select(_ =>
                Task.Run(async () =>
                {
                    for (int i; (i = Interlocked.Increment(ref next)) < count; )
                    {
                        long start = Stopwatch.GetTimestamp();
                        if (!await Succeeds(kind, pictures[i % pictures.Length]))
                            Interlocked.Increment(ref failed);
                        latencies[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    }
                })
            )
    );
    Array.Sort(latencies);
    return new Result(latencies, failed, count / clock.Elapsed.TotalSeconds);
}

async Task<bool> Succeeds(string kind, byte[] picture)
{
    using var form = new MultipartFormDataContent { { new ByteArrayContent(picture), "pictures", "picture.png" } };
    using var message = new HttpRequestMessage(HttpMethod.Post, kind) { Content = form };
    if (kind == "reconstruct")
        message.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("image/png"));
    try
    {
        using var response = await http.SendAsync(message);
        byte[] body = await response.Content.ReadAsByteArrayAsync();
        return response.IsSuccessStatusCode && body.Length > 20;
    }
    catch (HttpRequestException)
    {
        return false;
    }
}

string Memory()
{
    if (server == 0)
        return "";
    using var process = Process.GetProcessById(server);
    return $"; server: {process.WorkingSet64 / 1e6:F0} MB, {process.Threads.Count} threads";
}

internal sealed record Result(double[] Latencies, int Failures, double PerSecond)
{
    public int Count => Latencies.Length;

    public double Percentile(double rank) => Latencies[(int)Math.Min(Count - 1, rank * Count)];
}
