"""A Batch API that drafts by schema like `drafting_endpoint`, in a process of its own: `python -m
benchmarks.batch_endpoint`. A batch is answered in another order when it is looked at for the first time after some
seconds; some of its lines expire the first time. GET /stats: what was asked and answered.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks.drafting_endpoint import reply_to
from tests.engines.batch_server import BatchServer


class BatchEndpoint(BatchServer):
    """What it holds, and how often it answered which body."""

    def __init__(self, *, seconds: float, expired: float) -> None:
        super().__init__()
        self._seconds, self._share = seconds, expired
        self._due: dict[str, float] = {}
        self._expired: set[str] = set()
        self._dice = random.Random(7)
        self._answered: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.base_url.rpartition(":")[2].partition("/")[0])

    def answer(self, method: str, path: str, query: dict[str, list[str]], body: bytes) -> tuple[int, Any]:
        """Status and JSON, or bytes."""
        with self._lock:
            if path == "/stats":
                repeats = sum(self._answered.values()) - len(self._answered)
                sizes = [one["lines"] for one in self.batches.values()]
                return 200, {**self._counts, "distinct": len(self._answered), "repeats": repeats, "sizes": sizes}
            if path == "/chat/completions":
                self._counts["at_once"] += 1
                return 200, self._completion(json.loads(body))
            if method == "GET" and path.startswith("/batches/"):
                self._end(self.batches[path.rpartition("/")[2]])
            status, told = super().answer(method, path, query, body)
            if method == "POST" and path == "/batches":
                self._due[told["id"]] = time.monotonic() + self._seconds
                self.batches[told["id"]]["lines"] = self.files[told["input_file_id"]][1].count(b"\n")
            return status, told

    def _end(self, batch: dict[str, Any]) -> None:
        if batch["status"] != "validating" or time.monotonic() < self._due[batch["id"]]:
            return
        good, bad = [], []
        for line in self.files[batch["input_file_id"]][1].splitlines():
            asked = json.loads(line)
            key = asked["custom_id"]
            if key not in self._expired and self._dice.random() < self._share:
                self._expired.add(key)
                self._counts["expired"] += 1
                bad.append({"custom_id": key, "response": None, "error": {"code": "batch_expired", "message": "late"}})
                continue
            self._counts["in_files"] += 1
            good.append({"custom_id": key, "response": {"status_code": 200, "body": self._completion(asked["body"])}})
        self._dice.shuffle(good)
        for name, rows in (("output_file_id", good), ("error_file_id", bad)):
            if rows:
                there = self.new_file()
                self.files[there] = there, "\n".join(json.dumps(row) for row in rows).encode()
                batch[name] = there
        batch["status"] = "expired" if bad else "completed"

    def _completion(self, body: dict[str, Any]) -> dict[str, Any]:
        asked = json.dumps(body, sort_keys=True).encode()
        self._answered[hashlib.sha256(asked).hexdigest()] += 1
        text = reply_to(body, asked)
        sent, received = len(asked) // 4, max(1, len(text) // 4)
        return {
            "id": "c", "object": "chat.completion", "created": 0, "model": "fake",
            "choices": [{"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": text}}],
            "usage": {"prompt_tokens": sent, "completion_tokens": received, "total_tokens": sent + received},
        }


@contextmanager
def running(*, seconds: float = 1.0, expired: float = 0.0) -> Iterator[str]:
    """The endpoint in a process of its own; its address with /v1."""
    command = [sys.executable, "-m", "benchmarks.batch_endpoint", f"--seconds={seconds}", f"--expired={expired}"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        try:
            yield f"http://127.0.0.1:{int(child.stdout.readline())}/v1"
        finally:
            child.kill()


def main() -> None:
    """Runs until it is killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=1.0)
    parser.add_argument("--expired", type=float, default=0.0)
    options = parser.parse_args()
    with BatchEndpoint(seconds=options.seconds, expired=options.expired) as endpoint:
        print(endpoint.port, flush=True)
        threading.Event().wait()


if __name__ == "__main__":
    main()
