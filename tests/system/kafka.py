"""
A Kafka broker: librdkafka's own, which speaks the protocol on a port of the loopback device and
keeps what it is sent in memory. And kcat, which reads it.
"""

import ctypes
import json
import subprocess

from deadline import seconds

PRODUCER = 0


class Cluster:
    """One broker. It can be down for a while, and has then forgotten nothing."""

    def __init__(self):
        self.library = ctypes.CDLL("librdkafka.so.1")
        for name in ("rd_kafka_new", "rd_kafka_mock_cluster_new"):
            getattr(self.library, name).restype = ctypes.c_void_p
        self.library.rd_kafka_mock_cluster_bootstraps.restype = ctypes.c_char_p
        why = ctypes.create_string_buffer(512)
        # Any client will do as the owner of the cluster's thread.
        client = self.library.rd_kafka_new(PRODUCER, None, why, ctypes.c_size_t(len(why)))
        assert client, why.value
        self.client = ctypes.c_void_p(client)
        self.cluster = ctypes.c_void_p(self.library.rd_kafka_mock_cluster_new(self.client, 1))
        self.address = self.library.rd_kafka_mock_cluster_bootstraps(self.cluster).decode()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.library.rd_kafka_mock_cluster_destroy(self.cluster)
        self.library.rd_kafka_destroy(self.client)

    def down(self):
        assert self.library.rd_kafka_mock_broker_set_down(self.cluster, 1) == 0

    def up(self):
        assert self.library.rd_kafka_mock_broker_set_up(self.cluster, 1) == 0

    def messages(self, topic):
        """[(key, value)] of all there are, by kcat."""
        argv = ["kcat", "-C", "-b", self.address, "-t", topic, "-o", "beginning", "-e", "-q", "-J"]
        done = subprocess.run(argv, capture_output=True, text=True, timeout=seconds(30))
        found = [json.loads(line) for line in done.stdout.splitlines()]
        return [(message["key"], message["payload"]) for message in found]
