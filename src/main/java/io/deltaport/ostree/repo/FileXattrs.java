package io.deltaport.ostree.repo;

import io.deltaport.util.Xattr;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Extended attributes of files in every namespace, never through symbolic links: Java itself knows
 * only those of users. Stateless and thread-safe. Linux only.
 */
final class FileXattrs {
  /** Linux has no longer list and no longer value. */
  private static final int BYTES_MAX = 64 << 10;

  private static final int NO_DATA = 61;
  private static final int NOT_SUPPORTED = 95;

  private static final Linker LINKER = Linker.nativeLinker();
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  // ssize_t llistxattr(const char *path, char *list, size_t size)
  private static final MethodHandle LIST =
      handle(
          "llistxattr",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));

  // ssize_t lgetxattr(const char *path, const char *name, void *value, size_t size)
  private static final MethodHandle GET =
      handle(
          "lgetxattr",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG));

  private FileXattrs() {}

  // The two functions take what their descriptors say: the C library's manual is the authority.
  @SuppressWarnings("restricted")
  private static MethodHandle handle(String name, FunctionDescriptor descriptor) {
    return LINKER.downcallHandle(
        LINKER.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  /** Returns all attributes of a file. */
  static List<Xattr> list(Path file) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment buffer = arena.allocate(BYTES_MAX);
      long length =
          (long) LIST.invokeExact(state, arena.allocateFrom(file.toString()), buffer, size());
      if (length < 0) {
        if ((int) ERRNO.get(state, 0L) == NOT_SUPPORTED) {
          return List.of();
        }
        throw failed(file, state);
      }
      List<Xattr> xattrs = new ArrayList<>();
      for (byte[] name : split(buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE))) {
        xattrs.add(new Xattr(name, get(file, new String(name, StandardCharsets.UTF_8))));
      }
      return xattrs;
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<byte[]> split(byte[] names) {
    List<byte[]> found = new ArrayList<>();
    int from = 0;
    for (int i = 0; i < names.length; i++) {
      if (names[i] == 0) {
        found.add(Arrays.copyOfRange(names, from, i));
        from = i + 1;
      }
    }
    return found;
  }

  /** Returns the value of one attribute, or null. */
  static byte[] get(Path file, String name) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(STATE);
      MemorySegment buffer = arena.allocate(BYTES_MAX);
      long length =
          (long)
              GET.invokeExact(
                  state,
                  arena.allocateFrom(file.toString()),
                  arena.allocateFrom(name),
                  buffer,
                  size());
      if (length >= 0) {
        return buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
      }
      int errno = (int) ERRNO.get(state, 0L);
      if (errno == NO_DATA || errno == NOT_SUPPORTED) {
        return null;
      }
      throw failed(file, state);
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private static long size() {
    return BYTES_MAX;
  }

  private static IOException failed(Path file, MemorySegment state) {
    int errno = (int) ERRNO.get(state, 0L);
    // ENOENT
    return errno == 2
        ? new java.nio.file.NoSuchFileException(file.toString())
        : new IOException("the extended attributes of " + file + " cannot be read: errno " + errno);
  }
}
