package io.deltaport.it;

import java.nio.file.Path;
import java.util.List;

/** Everything about a folder that an image can say, as lines that are easy to compare. */
final class TreeListing {
  private TreeListing() {}

  /**
   * Lists every path below a folder: type, mode, owner, device, link target, extended attributes,
   * and the digest of a regular file's content. Times and inode numbers do not count, nor do sizes
   * of anything but files.
   */
  static List<String> of(Path tree) {
    return Command.client(
            "sh",
            "-ec",
            """
            cd "$1"
            export LC_ALL=C
            find . -printf '%p %y %m %U:%G -> %l\\n'
            find . '(' -type b -o -type c ')' -exec stat -c '%n device %t:%T' '{}' +
            getfattr -R -P -h -d -m - -e hex . |
              awk '/^# file: / {path = $0; next} NF {print path, $0}'
            find . -type f -exec sha256sum '{}' +""",
            "sh",
            tree)
        .ok()
        .lines()
        .sorted()
        .toList();
  }
}
