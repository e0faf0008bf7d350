namespace Elbo.Tests.Data;

/// <summary>How a <see cref="MirrorServer"/> answers one request, well or badly.</summary>
/// <param name="Status">Status code and reason.</param>
/// <param name="Body">What the answer promises to contain.</param>
/// <param name="Headers">Further header lines.</param>
internal sealed record MirrorReply(string Status, byte[] Body, params string[] Headers)
{
    /// <summary>Bytes of the body really sent before the connection ends.</summary>
    public int Sent { get; init; } = Body.Length;

    /// <summary>Keeps the connection open and silent after what is sent.</summary>
    public bool Stalls { get; init; }

    /// <summary>Whole content, whatever was asked for.</summary>
    public static MirrorReply Whole(byte[] content, string? tag = null) => new("200 OK", content, Tag(tag));

    /// <summary>
    /// What a good server answers: the range that was asked for while the tag still holds, else the whole.
    /// </summary>
    public static MirrorReply Good(MirrorRequest request, byte[] content, string? tag = null) =>
        request.From is { } from && (request.IfRange is null || request.IfRange == tag)
            ? from < content.Length
                ? new MirrorReply(
                    "206 Partial Content",
                    content[(int)from..],
                    [$"Content-Range: bytes {from}-{content.Length - 1}/{content.Length}", .. Tag(tag)]
                )
                : new MirrorReply("416 Range Not Satisfiable", [], $"Content-Range: bytes */{content.Length}")
            : Whole(content, tag);

    /// <summary>An error page.</summary>
    public static MirrorReply Error(string status) => new(status, "<html>sorry</html>"u8.ToArray());

    private static string[] Tag(string? tag) => tag is null ? [] : [$"ETag: {tag}"];
}
