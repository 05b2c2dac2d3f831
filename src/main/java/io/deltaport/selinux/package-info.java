/**
 * Which SELinux label a policy gives a path, as libselinux finds it.
 *
 * <p>Source of the rules: libselinux's {@code label_file.c}, {@code label_file.h} and
 * selabel_file(5). Texts are handled as bytes: each char of a string is one byte.
 */
package io.deltaport.selinux;
