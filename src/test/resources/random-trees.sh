#!/usr/bin/env bash
# Makes the layers of two images with random trees that every client reads.
#
#   random-trees.sh SEED DIR     DIR receives v1-base.tar, v1-top.tar, v2-base.tar, v2-top.tar
#
# Runs as root. Everything but times is the same for the same seed. Files are new, changed, renamed,
# deleted, replaced by folders; there are hard links, symbolic links, extended attributes, owners,
# set-uid bits and odd names. The top layers hide files and folders of the base and change others.
set -euo pipefail
umask 022
export LC_ALL=C
RANDOM=$1
mkdir -p "$2"
out=$(cd "$2" && pwd)
tree=$out/tree
seed=$(($1 * 100000))

# noise SEED BYTES: the same incompressible bytes for the same seed.
noise() {
  openssl enc -aes-128-ctr -K "$(printf '%032x' "$1")" -iv 0 -in /dev/zero 2>/dev/null | head -c "$2" || true
}

modes=(644 755 600 4755 2711 444)
tails=('' '' '' ' with space' $'\xc3\xa9' '.so.1.2' '*' "'quoted'")

new_file() {
  seed=$((seed + 1))
  noise "$seed" $((RANDOM * (1 + RANDOM % 4))) >"$1"
  chown "$((RANDOM % 3)):$((RANDOM % 3))" "$1"
  chmod "${modes[RANDOM % 6]}" "$1"
  if ((RANDOM % 6 == 0)); then setfattr -n user.note -v "$RANDOM" "$1"; fi
}

fill() {
  local i file
  for i in $(seq "$1" "$2"); do
    file=$tree/usr/lib/d$((RANDOM % 6))/v1.$((RANDOM % 4))/f$i${tails[RANDOM % 8]}
    mkdir -p "$(dirname "$file")"
    new_file "$file"
    case $((RANDOM % 8)) in
      0) ln "$file" "$file.hard" ;;
      1) ln -s "$(basename "$file")" "$file.soft" ;;
    esac
  done
}

regular() { find "$tree" -type f | sort; }

change() {
  local file at
  while IFS= read -r file; do
    [ -f "$file" ] || continue
    # Here, as parts of a pipeline have random numbers of their own.
    at=$((RANDOM % 9000))
    case $((RANDOM % 16)) in
      0) printf 'appended %s' "$RANDOM" >>"$file" ;;
      1) printf 'in the middle' | dd of="$file" bs=1 seek="$at" conv=notrunc status=none ;;
      2) rm "$file" ;;
      3) mv "$file" "$file.moved" ;;
      4) rm "$file"; mkdir "$file"; new_file "$file/inside" ;;
      5) chmod "${modes[RANDOM % 6]}" "$file" ;;
      6) { noise "$((seed += 1))" 700; cat "$file"; } >"$file.new"; rm "$file"; mv "$file.new" "$file" ;;
    esac
  done < <(regular)
}

pack() {
  tar -C "$1" --sort=name --numeric-owner --format=posix --xattrs --xattrs-include='*' -cf "$2" .
}

# Hides every ninth file of the base and one folder, and changes every eleventh file; not those with
# several names, of which an image cannot be restacked.
top() {
  local file path number=0
  while IFS= read -r file; do
    path=${file#"$tree"/}
    number=$((number + 1))
    if ((number % 9 == 0)); then
      mkdir -p "$out/top/$(dirname "$path")"
      : >"$out/top/$(dirname "$path")/.wh.$(basename "$path")"
    elif ((number % 11 == 0)); then
      mkdir -p "$out/top/$(dirname "$path")"
      { cat "$file"; printf 'of the top layer, %s' "$1"; } >"$out/top/$path"
    fi
  done < <(find "$tree" -type f -links 1 | sort)
  mkdir -p "$out/top/usr/lib/d0"
  rm -rf "$out/top/usr/lib/d0"/*
  : >"$out/top/usr/lib/d0/.wh..wh..opq"
  printf 'seen in %s' "$1" >"$out/top/usr/lib/d0/seen"
}

mkdir -p "$tree/usr/lib"
fill 1 90
for release in v1 v2; do
  if [ "$release" = v2 ]; then
    change
    fill 91 100
  fi
  pack "$tree" "$out/$release-base.tar"
  top "$release"
  pack "$out/top" "$out/$release-top.tar"
  rm -rf "$out/top"
done
rm -rf "$tree"
