using System.Net;
using System.Net.Http.Headers;

namespace Elbo.Data.Download;

/// <summary>
/// Downloads files from mirrors: resumes what was interrupted, checks the content, and only then gives the file its
/// name.
/// </summary>
/// <param name="http">Sends the requests; it must not decompress by itself, which is its default.</param>
/// <param name="stallTimeout">How long a mirror may send nothing before the next one is asked; 30 seconds by
/// default.</param>
public sealed class Downloader(HttpClient http, TimeSpan? stallTimeout = null)
{
    private const int AttemptsPerMirror = 3;
    private readonly TimeSpan _stallTimeout = stallTimeout ?? TimeSpan.FromSeconds(30);

    /// <summary>Downloads <paramref name="file"/> into <paramref name="folder"/> and returns its path.</summary>
    /// <remarks>When it fails or is cancelled, what arrived stays beside the target as <c>.part</c> and is continued by
    /// the
    /// next call, unless it proved wrong.</remarks>
    /// <exception cref="DownloadException">No mirror delivered the file.</exception>
    public async Task<string> DownloadAsync(
        RemoteFile file,
        string folder,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        Directory.CreateDirectory(folder);
        string target = Path.Combine(folder, file.Name);
        var part = new PartialFile(target);
        using var claim = part.Claim();
        var failures = new List<string>();
        foreach (var url in file.Urls.OrderBy(url => part.LengthFrom(url) > 0 ? 0 : 1).ToArray())
        {
            try
            {
                await FetchAsync(file, url, part, progress, cancellation).ConfigureAwait(false);
                part.Promote();
                return target;
            }
            catch (MirrorException e)
            {
                failures.Add($"{url} {e.Message}");
            }
        }
        throw new DownloadException(
            $"{file.Name} could not be downloaded: {string.Join("; ", failures)}. "
                + $"Get it elsewhere and save it as {target}, or name a folder that has it with --data-dir or "
                + $"{DataLocation.DataVariable}."
        );
    }

    /// <summary>Brings <paramref name="part"/> to the complete, checked content of <paramref name="url"/>.</summary>
    private async Task FetchAsync(
        RemoteFile file,
        Uri url,
        PartialFile part,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        for (int attempt = 1; ; attempt++)
        {
            long before = part.LengthFrom(url);
            try
            {
                await TransferAsync(file, url, part, progress, cancellation).ConfigureAwait(false);
            }
            catch (MirrorException e) when (e.BrokeOff && attempt < AttemptsPerMirror && part.LengthFrom(url) != before)
            {
                continue;
            }
            if (file.FindFault(part.Path) is not { } fault)
                return;
            part.Discard();
            // The old beginning may have been at fault, not the mirror: one whole copy decides.
            if (before == 0 || attempt >= AttemptsPerMirror)
                throw new MirrorException($"sent {fault}");
        }
    }

    private async Task TransferAsync(
        RemoteFile file,
        Uri url,
        PartialFile part,
        IProgress<DataProgress>? progress,
        CancellationToken cancellation
    )
    {
        long done = part.LengthFrom(url);
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (done > 0)
        {
            request.Headers.Range = new RangeHeaderValue(done, null);
            // A weak tag does not promise equal bytes and may not stand in If-Range.
            if (EntityTagHeaderValue.TryParse(part.EntityTag, out var tag) && !tag.IsWeak)
                request.Headers.IfRange = new RangeConditionHeaderValue(tag);
        }
        using var response = await PatientlyAsync(
                token => http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, token),
                cancellation
            )
            .ConfigureAwait(false);
        bool continues =
            done > 0
            && response.StatusCode == HttpStatusCode.PartialContent
            && response.Content.Headers.ContentRange?.From == done;
        if (!continues)
        {
            if (
                done > 0
                && response.StatusCode is HttpStatusCode.PartialContent or HttpStatusCode.RequestedRangeNotSatisfiable
            )
            {
                part.Discard();
                throw new MirrorException("no longer has what an earlier download began") { BrokeOff = true };
            }
            if (response.StatusCode != HttpStatusCode.OK)
                throw new MirrorException($"answered {(int)response.StatusCode} {response.ReasonPhrase}");
            done = 0;
        }
        long? total = done + response.Content.Headers.ContentLength;
        if (total > file.LargestTransfer)
            throw TooLong(file, part);

        using var output = continues ? part.Append() : part.Create(url, response.Headers.ETag?.ToString());
        using var input = await PatientlyAsync(response.Content.ReadAsStreamAsync, cancellation).ConfigureAwait(false);
        byte[] buffer = new byte[1 << 16];
        progress?.Report(new DataProgress(DataActivity.Downloading, file.Name, done, total));
        while (
            await PatientlyAsync(token => input.ReadAsync(buffer, token).AsTask(), cancellation).ConfigureAwait(false)
                is > 0
                    and int got
        )
        {
            await output.WriteAsync(buffer.AsMemory(0, got), cancellation).ConfigureAwait(false);
            done += got;
            if (done > file.LargestTransfer)
            {
                output.Close();
                throw TooLong(file, part);
            }
            progress?.Report(new DataProgress(DataActivity.Downloading, file.Name, done, total));
        }
        output.Flush(flushToDisk: true);
    }

    private static MirrorException TooLong(RemoteFile file, PartialFile part)
    {
        part.Discard();
        return new MirrorException(
            $"sent more than {file.LargestTransfer} bytes where {file.Length} at most are expected"
        );
    }

    /// <summary>Runs one network call, and only that: failures of the disk must not be blamed on a mirror.</summary>
    private async Task<T> PatientlyAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellation)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        patience.CancelAfter(_stallTimeout);
        try
        {
            return await call(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new MirrorException($"sent nothing for {_stallTimeout.TotalSeconds:0.#} s");
        }
        catch (IOException e)
        {
            throw new MirrorException($"broke off: {OneLine(e)}", e) { BrokeOff = true };
        }
        catch (HttpRequestException e)
        {
            throw new MirrorException($"could not be reached: {OneLine(e)}", e);
        }
    }

    private static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ").TrimEnd('.');
}

/// <summary>
/// No mirror delivered a file; the message says on one line what each did and how to place the file by hand.
/// </summary>
public sealed class DownloadException(string message) : IOException(message);

/// <summary>One mirror failed; the message continues a sentence that begins with its address.</summary>
internal sealed class MirrorException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>True where the connection broke off, so that asking again for the rest is worth it.</summary>
    public bool BrokeOff { get; init; }
}
