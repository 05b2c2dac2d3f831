package io.deltaport.delta;

/**
 * How one file of the target is made. The three parts add up to {@code bytes}.
 *
 * @param path as the archive names it, without a leading {@code ./} or slash
 * @param source the old file's path, empty if there is none; with {@link MatchReason#UNLIKE} the
 *     one that was compared in vain
 * @param bytes content that the archive holds; of a sparse file without its holes
 * @param copiedBytes taken from the old file as they are
 * @param patchedBytes made by addition to bytes of the old file
 * @param newBytes in the delta as they are
 */
public record SourceMatch(
    String path,
    String source,
    MatchReason reason,
    long bytes,
    long copiedBytes,
    long patchedBytes,
    long newBytes) {}
