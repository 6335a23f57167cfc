#!/usr/bin/env bash
# The whole round in containers of their own, which are removed afterwards: up, an alert published and received, services
# and proxy restarted, the reader's place continued, down. Ends with 0 only when every alert came through.
#   infra/containers/try.sh                  official images
#   infra/containers/try.sh local-images.env images of build-local-images.sh
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
cd "$root"
export PUEBLA_PORT=${PUEBLA_PORT:-8090}
url=http://127.0.0.1:$PUEBLA_PORT
work=$(mktemp -d)
environment=(--env-file .env)
if [[ $# -gt 0 ]]; then environment+=(--env-file "$here/$1"); fi

compose() { docker compose --project-name puebla-try "${environment[@]}" "$@"; }
say() { printf '%4d s  %s\n' "$SECONDS" "$*"; }
end() {
  local code=$?
  if [[ -n ${reader:-} ]]; then kill "$reader" 2> /dev/null || true; fi
  if [[ $code -ne 0 ]]; then compose ps --all; compose logs --no-color --tail 40; fi
  say 'down'
  compose down --volumes --timeout 30 > "$work/down.log" 2>&1 || code=1
  rm -rf "$work"
  say "exit code $code"
  exit "$code"
}
trap end EXIT

token_of() { compose exec -T directory node infra/containers/demo-token.ts "$1"; }
publish() { # ID
  sed "s/\"2026-000117\"/\"$1\"/" schemas/kinds/alert/example.json > "$work/alert.json"
  curl --silent --show-error --fail-with-body --max-time 10 "$url/v1/events" --data-binary "@$work/alert.json" \
    --header "Authorization: Bearer $publisher" --header 'Content-Type: application/cloudevents+json'
  echo
}
follow() { # FILE [LAST-EVENT-ID]
  curl --silent --no-buffer "$url/v1/events/stream?kind=alert" --header "Authorization: Bearer $subscriber" \
    ${2:+--header "Last-Event-ID: $2"} > "$1" &
  reader=$!
}
within() { # SECONDS COMMAND...
  local until=$((SECONDS + $1))
  shift
  until "$@"; do
    if ((SECONDS > until)); then say "never: $*"; return 1; fi
    sleep 0.1
  done
}
read_event() { curl --silent --fail --max-time 10 "$url/v1/events/mx-fgr/$1" --header "Authorization: Bearer $subscriber"; }

compose up --build --wait --wait-timeout 300
say 'up, every container healthy'
publisher=$(token_of mx-fgr)
subscriber=$(token_of sv-pnc)

follow "$work/first"
within 10 test -s "$work/first"
publish try-1
within 10 grep -q '"id":"try-1"' "$work/first"
say "received: $(grep -m 1 -o '"id":"try-1"' "$work/first")"
kill "$reader"
place=$(sed -n 's/^id: *//p' "$work/first" | tail -n 1)
read_event try-1 | grep -q '"id":"try-1"'
say 'read by its address'
curl --silent --fail "$url/v1/agencies" | grep -q '"mx-fgr"'
say 'the directory answers'
curl --silent --fail "$url/v1/statistics?by=day" --header "Authorization: Bearer $subscriber" | grep -q '"total":1,'
say 'counted by the library'
curl --silent --fail "$url/" | grep -q '<script type="module"'
curl --silent --fail "$url/console/session" > "$work/session"
curl --silent --fail "$url/console/v1/events" > "$work/feed"
say 'the page is served, and its server reaches the exchange'
secretariat=$(token_of ts-office)
curl --silent --fail "$url/v1/status" --header "Authorization: Bearer $secretariat" | grep -q '"console"'
say 'the monitor says how all parts are'
compose up --wait --wait-timeout 120 prometheus
scraped() { [[ $(compose exec -T prometheus promtool query instant http://127.0.0.1:9090 'count(up == 1)') == *'=> 6 '* ]]; }
within 60 scraped
say 'Prometheus has the figures of six services'
publish try-0 > "$work/zero"
recall='{"specversion":"1.0","type":"recall","data":{"of":"/v1/events/mx-fgr/try-0","reason":"INCORRECT"}}'
curl --silent --show-error --fail-with-body --max-time 10 "$url/v1/events" --data-binary "$recall" \
  --header "Authorization: Bearer $publisher" --header 'Content-Type: application/cloudevents+json' > "$work/recall"
if read_event try-0 > "$work/zero"; then say 'what was taken back is read'; exit 1; fi
curl --silent --fail "$url/v1/recalls" --header "Authorization: Bearer $publisher" | grep -q '"/v1/events/mx-fgr/try-0"'
say 'an alert was taken back'

compose restart gateway feeds
compose up --wait --wait-timeout 120
publish try-2
follow "$work/second" "$place"
within 10 grep -q '"id":"try-2"' "$work/second"
if grep -q '"id":"try-1"\|^event: *gap' "$work/second"; then say 'not exactly from the reader'"'"'s place'; exit 1; fi
say 'received after a restart of gateway and feeds, exactly from where the reader was'

compose restart kafka
compose up --wait --wait-timeout 120
within 30 publish try-3
within 10 read_event try-3 > "$work/third"
grep -q '"id":"try-3"' "$work/third"
say 'published and read after a restart of Kafka'
