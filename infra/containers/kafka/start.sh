#!/bin/sh
# Kafka as one KRaft node from the jars in /opt/kafka/libs, with a cluster id of its own made at the first start: cursors
# are told apart by it.
set -eu
properties=/etc/puebla/kafka/server.properties
data=/var/lib/kafka/data

run() {
  java -Dlog4j2.configurationFile=/etc/puebla/kafka/log4j2.properties -cp '/opt/kafka/libs/*' "$@"
}

if [ ! -e "$data/meta.properties" ]; then
  id=$(run kafka.tools.StorageTool random-uuid)
  # One word: an id may begin with a hyphen, and would be taken for an option.
  run kafka.tools.StorageTool format "--cluster-id=$id" -c "$properties"
fi
exec java -Xms512m -Xmx512m -XX:+UseG1GC -XX:+ExitOnOutOfMemoryError -Djava.awt.headless=true \
  -Dlog4j2.configurationFile=/etc/puebla/kafka/log4j2.properties -cp '/opt/kafka/libs/*' kafka.Kafka "$properties"
