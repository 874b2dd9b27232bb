"""Reads the tutorial's collection through pymilvus and prints it as JSON, the vector's singles as hexadecimal bytes."""

import json
import struct
import sys

from pymilvus import MilvusClient

client = MilvusClient(uri=sys.argv[1])
rows = client.query(
    collection_name="topic_0",
    filter="id >= -9223372036854775807",
    output_fields=["id", "title", "title_vector", "link"],
    consistency_level="Strong",
    limit=10,
)
for row in rows:
    row["title_vector"] = struct.pack("<8f", *row["title_vector"]).hex()
print(json.dumps([dict(row) for row in rows]))
