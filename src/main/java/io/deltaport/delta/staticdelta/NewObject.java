package io.deltaport.delta.staticdelta;

import io.deltaport.delta.SourceFile;
import io.deltaport.ostree.ContentHeader;
import io.deltaport.ostree.staticdelta.DeltaObject;
import java.util.Optional;

/**
 * An object that the target has and the source lacks.
 *
 * @param path first place in the target
 * @param length bytes of a file's content, of a symbolic link's target or of a metadata object
 * @param header of a file or symbolic link, empty for metadata
 * @param older a readable regular file of the source that it may be made from
 */
record NewObject(
    DeltaObject object,
    String path,
    long length,
    Optional<ContentHeader> header,
    Optional<SourceFile> older) {}
