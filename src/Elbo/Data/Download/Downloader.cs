using System.Net;
using System.Net.Http.Headers;
using Elbo.Formats;

namespace Elbo.Data.Download;

/// <summary>
/// Downloads files from mirrors. It resumes interrupted downloads and verifies the content before the file gets its
/// final name.
/// </summary>
/// <param name="http">Sends the requests. It must not decompress automatically, which is its default.</param>
/// <param name="stallTimeout">
/// How long a mirror may send nothing before the next one is tried; 30 seconds by default.
/// </param>
public sealed class Downloader(HttpClient http, TimeSpan? stallTimeout = null)
{
    private const int AttemptsPerMirror = 3;
    private readonly TimeSpan _stallTimeout = stallTimeout ?? TimeSpan.FromSeconds(30);

    /// <summary>Downloads <paramref name="file"/> into <paramref name="folder"/> and returns its path.</summary>
    /// <remarks>
    /// After a failure or cancellation, the received bytes stay beside the target as <c>.part</c>. The next call
    /// resumes from them, unless they are wrong.
    /// </remarks>
    /// <exception cref="DownloadException">No mirror delivered the file.</exception>
    public async Task<string> DownloadAsync(
        RemoteFile file,
        string folder,
        IProgress<DataProgress>? progress = null,
        CancellationToken cancellation = default
    )
    {
        ArgumentNullException.ThrowIfNull(file);
        FolderSync.Create(folder);
        string target = Path.Combine(folder, file.Name);
        var part = new PartialFile(target);
        using var claim = part.Claim();
        AtomicFile.DeleteStrays(folder);
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

    /// <summary>Completes <paramref name="part"/> with the verified content of <paramref name="url"/>.</summary>
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
            if (file.FindFault(part.Path, cancellation) is not { } fault)
                return;
            part.Discard();
            // The bytes from an earlier download may be wrong instead of the mirror. A complete download decides.
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
            // A weak tag does not guarantee equal bytes and must not be used in If-Range.
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
                throw new MirrorException("no longer has the file that an earlier download began") { BrokeOff = true };
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

    /// <summary>
    /// Runs a single network call with a timeout. Disk errors stay outside, since they are not the mirror's fault.
    /// </summary>
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
/// No mirror delivered a file. The message says in one line what each mirror did and how to provide the file by hand.
/// </summary>
public sealed class DownloadException(string message) : IOException(message);

/// <summary>A mirror failed. The message continues a sentence that starts with the mirror's address.</summary>
internal sealed class MirrorException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>Whether the connection broke off, so that requesting the rest is worthwhile.</summary>
    public bool BrokeOff { get; init; }
}
