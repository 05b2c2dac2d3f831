package io.deltaport.delta;

/**
 * One stretch of the target and how it is made from an old file.
 *
 * <p>The arrays are shared, not copied: nobody changes them.
 *
 * @param source the old file
 * @param sourceBase where in the old file {@code sourceBytes} begins: 0 unless the file is so large
 *     that only a part of it was compared
 * @param sourceBytes the part of the old file that the script's source offsets count in
 * @param target the stretch of the target
 * @param script how the stretch is made
 */
public record Patch(
    SourceFile source, long sourceBase, byte[] sourceBytes, byte[] target, EditScript script) {}
