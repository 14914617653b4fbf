"""What went wrong, as the service says it."""

import json

from sluice_client._generated.exceptions import ApiException


class SluiceProblem(ApiException):
    """A problem document (RFC 9457). `slug` is the end of its type, such as `bad-rows`; `members` are all that it has."""

    def __init__(self, status: int, members: dict, headers):
        super().__init__(status=status, reason=members.get("title"))
        self.headers = headers
        self.members = members
        self.slug = str(members.get("type", "")).rpartition("/")[2]
        self.detail = members.get("detail", "")
        self.request_id = members.get("requestId")

    def __str__(self):
        return f"{self.status} {self.slug}: {self.detail} (request {self.request_id})"


def problem(status: int, body, headers) -> SluiceProblem:
    """The problem of an answer; a proxy may have answered without one."""
    try:
        members = json.loads(body or "")
    except (ValueError, TypeError):
        members = {}
    return SluiceProblem(status, members if isinstance(members, dict) else {}, headers or {})
