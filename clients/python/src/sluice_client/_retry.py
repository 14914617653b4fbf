"""When a request is sent again, and after how long."""

import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Callable, TypeVar

import urllib3

from sluice_client._generated.exceptions import ApiException
from sluice_client.problem import SluiceProblem, problem

T = TypeVar("T")

# The commit may or may not have happened, or has not yet: the same key settles it.
UNSETTLED = {"outcome-unknown", "request-in-progress", "commit-contention"}


@dataclass(frozen=True)
class Retry:
    """At most `attempts` times, over at most `seconds`. A wait is uniform between nothing and `first_seconds · 2ⁿ`, at most
    `most_seconds` (full jitter), on top of what Retry-After asks for."""

    attempts: int = 8
    seconds: float = 120.0
    first_seconds: float = 0.1
    most_seconds: float = 10.0
    random: Callable[[float, float], float] = field(default=random.uniform, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    clock: Callable[[], float] = field(default=time.monotonic, repr=False)

    def call(self, request: Callable[[str], T], key: str | None = None) -> T:
        """The answer to a request that takes an idempotency key: the same one each time."""
        key = key or str(uuid.uuid4())
        end = self.clock() + self.seconds
        for attempt in range(self.attempts):
            try:
                return request(key)
            except ApiException as refused:
                failure = refused if isinstance(refused, SluiceProblem) else problem(refused.status, refused.body, refused.headers)
                if not may_be_repeated(failure):
                    raise failure from refused
            except (urllib3.exceptions.HTTPError, OSError) as lost:
                failure = lost
            wait = self.random(0, min(self.most_seconds, self.first_seconds * 2**attempt)) + retry_after(failure)
            if attempt + 1 == self.attempts or self.clock() + wait > end:
                raise failure
            self.sleep(wait)
        raise ValueError("attempts must be at least 1")


def may_be_repeated(failure: SluiceProblem) -> bool:
    return failure.status in (429, 503) or failure.slug in UNSETTLED


def retry_after(failure: Exception) -> float:
    value = failure.headers.get("Retry-After") if isinstance(failure, SluiceProblem) else None
    return float(value) if value and value.isdigit() else 0.0
