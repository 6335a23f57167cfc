"""Reads a topic from beginning to end with another client and another Avro library, and prints a JSON line a record.

Usage: consumer.py BROKERS REGISTRY_URL TOPIC
"""

import io
import json
import sys
import urllib.request
import uuid

from confluent_kafka import Consumer, TopicPartition
from fastavro import parse_schema, schemaless_reader

brokers, registry, topic = sys.argv[1:]
schemas = {}


def schema_of(schema_id):
    if schema_id not in schemas:
        with urllib.request.urlopen(f"{registry}/schemas/ids/{schema_id}", timeout=10) as answer:
            schemas[schema_id] = parse_schema(json.loads(json.load(answer)["schema"]))
    return schemas[schema_id]


def decode(value):
    if value[0] != 0:
        raise ValueError(f"magic byte {value[0]}")
    body = io.BytesIO(value[5:])
    data = schemaless_reader(body, schema_of(int.from_bytes(value[1:5], "big")))
    if body.read():
        raise ValueError("bytes are left over")
    return data


def show(message):
    line = {
        "partition": message.partition(),
        "offset": message.offset(),
        "key": message.key().decode(),
        "headers": {name: value.decode() for name, value in message.headers() or []},
        "data": decode(message.value()),
    }
    print(json.dumps(line, default=str, ensure_ascii=False))


consumer = Consumer(
    {"bootstrap.servers": brokers, "group.id": f"independent-{uuid.uuid4()}", "enable.auto.commit": False}
)
partitions = consumer.list_topics(topic, timeout=10).topics[topic].partitions
remaining = {}
for partition in partitions:
    low, high = consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)
    if high > low:
        remaining[partition] = high
consumer.assign([TopicPartition(topic, partition, 0) for partition in remaining])
while remaining:
    message = consumer.poll(10)
    if message is None:
        raise TimeoutError(f"nothing came for 10 s; open: {remaining}")
    if message.error():
        raise RuntimeError(str(message.error()))
    # One without a value says that another was recalled.
    if message.value() is not None:
        show(message)
    if message.offset() + 1 >= remaining[message.partition()]:
        del remaining[message.partition()]
consumer.close()
