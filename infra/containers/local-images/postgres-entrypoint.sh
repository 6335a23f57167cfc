#!/bin/bash
# What docker-compose.yml uses of the official image's entry point: the first start makes the cluster, the database and
# what lies in /docker-entrypoint-initdb.d.
set -euo pipefail

if [[ ! -s $PGDATA/PG_VERSION ]]; then
  fresh=$PGDATA.new
  rm -rf "$fresh"
  mkdir -p "$fresh"
  initdb --pgdata="$fresh" --username="$POSTGRES_USER" --pwfile="$POSTGRES_PASSWORD_FILE" \
    --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 --no-instructions
  echo 'host all all all scram-sha-256' >> "$fresh/pg_hba.conf"
  { echo "CREATE DATABASE $POSTGRES_DB;"; cat /docker-entrypoint-initdb.d/*.sql; } |
    postgres --single -c exit_on_error=true -D "$fresh" postgres
  mv "$fresh" "$PGDATA"
fi
exec postgres -D "$PGDATA" -c listen_addresses='*' -c unix_socket_directories=/var/run/postgresql "${@:2}"
