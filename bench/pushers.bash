# Pushes a release of the test trees as real tools do. Sourced by benchmarks, which set TREES (what
# scripts/make-os-trees printed), WORK (a folder) and OURS (host:port of the registry).

# A home where clients without an option for it use plain HTTP.
make_home() {
  mkdir -p "$WORK/home/.config/containers"
  printf '[[registry]]\nlocation = "%s"\ninsecure = true\n' "$OURS" \
    >"$WORK/home/.config/containers/registries.conf"
}

# plain RELEASE: an OCI layout with the release as one layer that is not compressed: $WORK/plain.
plain() {
  local from=$TREES/oci to=$WORK/plain manifest config layer size
  rm -rf "$to"
  mkdir -p "$to/blobs/sha256"
  manifest=$(jq -r --arg tag "$1" \
    '.manifests[] | select(.annotations["org.opencontainers.image.ref.name"] == $tag) | .digest' "$from/index.json")
  manifest=$from/blobs/sha256/${manifest#*:}
  config=$(jq -r .config.digest "$manifest")
  layer=$(jq -r '.rootfs.diff_ids[0]' "$from/blobs/sha256/${config#*:}")
  size=$(stat -L -c %s "$TREES/$1.tar")
  cp "$from/blobs/sha256/${config#*:}" "$to/blobs/sha256/"
  ln "$TREES/$1.tar" "$to/blobs/sha256/${layer#*:}" 2>/dev/null ||
    cp "$TREES/$1.tar" "$to/blobs/sha256/${layer#*:}"
  jq -c --arg layer "$layer" --argjson size "$size" \
    '.layers = [{mediaType: "application/vnd.oci.image.layer.v1.tar", digest: $layer, size: $size}]' \
    "$manifest" >"$to/manifest"
  manifest=$(sha256sum <"$to/manifest" | cut -d' ' -f1)
  mv "$to/manifest" "$to/blobs/sha256/$manifest"
  size=$(stat -c %s "$to/blobs/sha256/$manifest")
  printf '{"schemaVersion":2,"manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"sha256:%s","size":%s,"annotations":{"org.opencontainers.image.ref.name":"v"}}]}' \
    "$manifest" "$size" >"$to/index.json"
  printf '{"imageLayoutVersion":"1.0.0"}' >"$to/oci-layout"
}

# Each pushes release $1 to $2, compressing it by its own means.

push_skopeo() {
  plain "$1"
  skopeo copy -q --dest-tls-verify=false "oci:$WORK/plain:v" "docker://$2"
}

# container_push PROGRAM RELEASE TARGET: takes the image into the program's own storage first.
container_push() {
  local storage=(--root "$WORK/storage" --runroot "$WORK/run" --storage-driver vfs) image
  plain "$2"
  # A relative name: podman takes what has dots and colons for the name of a registry.
  image=$(cd "$WORK" && "$1" "${storage[@]}" pull -q oci:plain:v)
  "$1" "${storage[@]}" push -q --tls-verify=false "$image" "docker://$3"
  "$1" "${storage[@]}" rmi -f "$image" >/dev/null
  rm -rf "$WORK/storage" "$WORK/run"
}

push_podman() { container_push podman "$@"; }
push_buildah() { container_push buildah "$@"; }

push_crane() {
  crane append --insecure --oci-empty-base -f "$TREES/$1.tar" -t "$2" >/dev/null 2>&1
}

# The release as an OSTree commit, in an image as ostree-ext makes it.
push_encapsulate() {
  local repo=$WORK/ostree
  ostree init --repo="$repo" --mode=bare
  ostree commit --repo="$repo" --branch=os --tree=tar="$TREES/$1.tar" >/dev/null
  HOME=$WORK/home ostree-ext-cli container encapsulate --repo="$repo" os "registry:$2" >/dev/null
  rm -rf "$repo"
}
