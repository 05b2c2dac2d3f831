#!/usr/bin/env bash
# Makes the layers of two images with everything that makes a tree hard to update.
#
#   nasty-trees.sh DIR     DIR receives v1-base.tar, v1-top.tar, v2-base.tar, v2-top.tar, and
#                          old/, the tree of v1 as a device has it
#
# Runs as root. Everything but times is the same at each run.
set -euo pipefail
umask 022
export LC_ALL=C
mkdir -p "$1"
out=$(cd "$1" && pwd)
MIB=1048576

# noise SEED BYTES: the same incompressible bytes for the same seed.
noise() {
  openssl enc -aes-128-ctr -K "$(printf '%032x' "$1")" -iv 0 -in /dev/zero 2>/dev/null | head -c "$2" || true
}

# A path of 4,000 bytes: folders with names of 199 bytes, twenty deep.
long_path() {
  local part i
  part=$(printf 'n%.0s' $(seq 199))
  for i in $(seq 19); do printf '%s/' "$part"; done
  printf '%s' "$part"
}

base() {
  local release=$1 tree=$2
  mkdir -p "$tree"/{big,links,sparse,empty,xattr,dev,names,moved-"$release",turns,modes,sysroot/ostree,run,gone,opaque}

  # Over 100 MiB, changed at both ends and, in between, one byte of every 256: what an encoder
  # turns into one addition unless it splits it.
  noise 1 $((110 * MIB)) >"$tree/big/image"
  if [ "$release" = v2 ]; then
    {
      printf 'a new head'
      tr '\000' '\001' <"$tree/big/image"
      printf 'a new tail'
    } >"$tree/big/image.new"
    mv "$tree/big/image.new" "$tree/big/image"
  fi

  # One file with three names; in v2 another content, and one name is a file of its own.
  { noise 2 300000; printf '%s' "$release"; } >"$tree/links/a"
  ln "$tree/links/a" "$tree/links/b"
  ln "$tree/links/a" "$tree/links/z"
  if [ "$release" = v2 ]; then
    rm "$tree/links/b"
    { printf 'own'; cat "$tree/links/a"; } >"$tree/links/b"
    ln "$tree/links/b" "$tree/links/also b"
  fi

  # Holes at the start, between and at the end.
  truncate -s $((40 * MIB)) "$tree/sparse/disk"
  noise 3 70000 | dd of="$tree/sparse/disk" bs=4096 seek=1000 conv=notrunc status=none
  noise 4 9000 | dd of="$tree/sparse/disk" bs=4096 seek=5000 conv=notrunc status=none
  truncate -s $((5 * MIB)) "$tree/sparse/all-hole"
  if [ "$release" = v2 ]; then
    printf 'changed' | dd of="$tree/sparse/disk" bs=1 seek=4100000 conv=notrunc status=none
    printf 'x' | dd of="$tree/sparse/all-hole" bs=1 seek=$((3 * MIB)) conv=notrunc status=none
  fi

  # Empty files that stay, fill and become empty.
  : >"$tree/empty/stays"
  if [ "$release" = v1 ]; then
    : >"$tree/empty/fills"
    noise 5 5000 >"$tree/empty/empties"
  else
    noise 5 5000 >"$tree/empty/fills"
    : >"$tree/empty/empties"
  fi

  noise 6 20000 >"$tree/xattr/file"
  setfattr -n user.release -v "$release" "$tree/xattr/file"
  setfattr -n user.binary -v 0x00ff0a3d20 "$tree/xattr/file"
  setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 "$tree/xattr/file"
  setfattr -n user.folder -v yes "$tree/xattr"

  mknod "$tree/dev/null" c 1 3
  mknod "$tree/dev/loop" b 7 0
  mkfifo "$tree/dev/pipe"
  [ "$release" = v1 ] || mknod "$tree/dev/zero" c 1 5

  # Names that are no UTF-8, and names that scripts trip over. All are sources: their content
  # changes a little.
  local name
  local number=10
  for name in $'caf\xe9' $'\xff\xfe' 'with space' $'new\nline' $'tab\there' 'back\slash' "quo'te\"s" \
    '-rf' '..dots' '*' $'\xc3\xa9\xe2\x82\xac' $'e\xcc\x81' '%2e%2e' $'\x01\x7f' \
    "$(printf 'm%.0s' $(seq 255))"; do
    number=$((number + 1))
    { noise "$number" 40000; printf '%s' "$release"; noise "$number" 100; } >"$tree/names/$name"
  done
  (
    cd "$tree/names"
    local path part
    path=$(long_path)
    while [ "$path" != "${path#*/}" ]; do
      part=${path%%/*}
      path=${path#*/}
      mkdir "$part"
      cd "$part"
    done
    { noise 40 60000; printf '%s' "$release"; } >"$path"
  )

  # The same content in a folder of another name, and a file that moved and changed.
  noise 41 200000 >"$tree/moved-$release/same"
  { noise 42 200000; printf '%s' "$release"; } >"$tree/moved-$release/changed"

  # Files, folders and links that turn into one another.
  if [ "$release" = v1 ]; then
    noise 43 3000 >"$tree/turns/into-folder"
    mkdir "$tree/turns/into-file"
    noise 44 3000 >"$tree/turns/into-file/inner"
    ln -s into-file "$tree/turns/link-into-folder"
  else
    mkdir "$tree/turns/into-folder"
    noise 43 3001 >"$tree/turns/into-folder/into-folder"
    noise 44 3001 >"$tree/turns/into-file"
    mkdir "$tree/turns/link-into-folder"
    noise 44 2999 >"$tree/turns/link-into-folder/inner"
  fi
  ln -s /no/such/thing "$tree/turns/dangling"
  ln -s loop "$tree/turns/loop"
  ln -s "$(printf 'l%.0s' $(seq 300))" "$tree/turns/long-target"

  noise 45 1000 >"$tree/modes/setuid"
  chown 1234:4294967294 "$tree/modes/setuid"
  chmod 4751 "$tree/modes/setuid"
  noise 46 1000 >"$tree/modes/unreadable"
  chmod 0 "$tree/modes/unreadable"
  chmod 1777 "$tree/modes"

  # What appliers do not take as a source.
  { noise 47 90000; printf '%s' "$release"; } >"$tree/sysroot/ostree/object"
  { noise 48 90000; printf '%s' "$release"; } >"$tree/run/state"

  # What the layer above takes away or hides.
  noise 49 50000 >"$tree/gone/file"
  mkdir "$tree/gone/folder"
  noise 50 50000 >"$tree/gone/folder/inner"
  noise 51 50000 >"$tree/opaque/hidden"
  mkdir "$tree/opaque/below"
  noise 52 50000 >"$tree/opaque/below/hidden"
}

top() {
  local release=$1 tree=$2
  mkdir -p "$tree"/{gone,opaque,turns}
  : >"$tree/gone/.wh.file"
  : >"$tree/gone/.wh.folder"
  : >"$tree/gone/.wh.never-there"
  : >"$tree/opaque/.wh..wh..opq"
  { noise 53 40000; printf '%s' "$release"; } >"$tree/opaque/seen"
  # Old GNU archives have a way of their own for long names and for holes: more than four of them
  # need further headers.
  mkdir "$tree/opaque/$(printf 'g%.0s' $(seq 250))"
  local hole
  for hole in $(seq 30); do
    noise 55 5000 | dd of="$tree/opaque/$(printf 'g%.0s' $(seq 250))/disk" bs=4096 \
      seek=$((hole * 7)) conv=notrunc status=none
  done
  printf '%s' "$release" >>"$tree/opaque/$(printf 'g%.0s' $(seq 250))/disk"
  # A file of the base becomes a folder in this layer, and a folder a file.
  if [ "$release" = v1 ]; then
    mkdir "$tree/turns/into-folder"
    noise 54 7000 >"$tree/turns/into-folder/top"
  else
    noise 54 7001 >"$tree/turns/into-folder"
    mkdir "$tree/gone/file"
    rm "$tree/gone/.wh.file"
    # The hidden file comes back from nowhere: it is no source, for no device has it.
    noise 51 50001 >"$tree/opaque/hidden"
  fi
}

# pack TREE TAR OPTION...
pack() {
  tar -C "$1" --sort=name --numeric-owner --sparse "${@:3}" -cf "$2" .
}

for release in v1 v2; do
  base "$release" "$out/tree"
  # Three of the ways in which archives describe holes: 1.0 and 0.1 here, the old one above.
  holes=1.0
  [ "$release" = v1 ] || holes=0.1
  pack "$out/tree" "$out/$release-base.tar" --format=posix --xattrs --xattrs-include='*' \
    --sparse-version="$holes"
  rm -rf "$out/tree"
  top "$release" "$out/tree"
  pack "$out/tree" "$out/$release-top.tar" --format=gnu
  # The same path once more at the end of the archive: the last one counts.
  printf 'once more, %s' "$release" >"$out/tree/opaque/seen"
  tar -C "$out/tree" --numeric-owner --format=gnu -rf "$out/$release-top.tar" ./opaque/seen
  rm -rf "$out/tree"
done

# What the top layer of v1 does to the base, by hand: no other tool reads all of these archives.
mkdir "$out/old"
extract() { tar -C "$out/old" --numeric-owner --xattrs --xattrs-include='*' -xpf "$@"; }
extract "$out/v1-base.tar"
rm -r "$out/old/gone/file" "$out/old/gone/folder" "$out/old/opaque" "$out/old/turns/into-folder"
extract "$out/v1-top.tar" --exclude='.wh.*'
