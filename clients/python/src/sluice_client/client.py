"""The client: the generated operations, and what a generator cannot make."""

from __future__ import annotations

import io
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Callable, Iterable, Iterator
from urllib.parse import quote, urlencode

from sluice_client import _generated as generated
from sluice_client._retry import Retry
from sluice_client.problem import problem

if TYPE_CHECKING:
    import pandas
    import pyarrow

ARROW = "application/vnd.apache.arrow.stream"


class Sluice:
    """A service at an address, with a token where it asks for one."""

    def __init__(self, url: str, token: str | None = None, retry: Retry = Retry()):
        # Without a key nothing is repeated behind the caller's back.
        configuration = generated.Configuration(host=url.rstrip("/"), retries=False)
        self.api = generated.ApiClient(configuration)
        if token:
            self.api.set_default_header("Authorization", f"Bearer {token}")
        self.retry = retry
        self.service = generated.ServiceApi(self.api)
        self.tables = generated.TablesApi(self.api)
        self.rows = generated.RowsApi(self.api)
        self.history = generated.HistoryApi(self.api)
        self.transactions = generated.TransactionsApi(self.api)
        self.maintenance = generated.MaintenanceApi(self.api)
        self.operations = generated.OperationsApi(self.api)

    def append(
        self, table: str, rows: list[dict] | pyarrow.Table | pyarrow.RecordBatch, idempotency_key: str | None = None, **options: Any
    ) -> generated.RowsAnswer:
        """Appends rows exactly once: sent again with the same key until the service has said what became of them.

        `options` are those of `rows.append_rows`; of an Arrow table they are query parameters by their names in the API."""
        if isinstance(rows, list):
            return self.retry.call(
                lambda key: self.rows.append_rows(table, rows, idempotency_key=key, **options), idempotency_key
            )
        body = _stream_of(rows)
        path = f"/v1/tables/{quote(table, safe='')}/rows{_query(options)}"

        def post(key: str) -> generated.RowsAnswer:
            with self._answer("POST", path, {"Content-Type": ARROW, "Idempotency-Key": key}, body) as answer:
                return generated.RowsAnswer.from_dict(json.loads(answer.read()))

        return self.retry.call(post, idempotency_key)

    def pages(self, operation: Callable[..., Any], *arguments: Any, **options: Any) -> Iterator[Any]:
        """The pages of an operation that has `page_token`: `pages(client.tables.list_tables, schema="sales")`."""
        page = operation(*arguments, **options)
        yield page
        while page.next_page_token:
            page = operation(*arguments, page_token=page.next_page_token, **options)
            yield page

    def read(self, table: str, **options: Any) -> Iterator[dict]:
        """Rows, page by page, all of one version; `options` are those of `rows.read_rows`."""
        for page in self.pages(self.rows.read_rows, table, **options):
            yield from page.rows

    @contextmanager
    def batches(self, table: str, **options: Any) -> Iterator[pyarrow.RecordBatchReader]:
        """Rows as record batches while they arrive; `options` are query parameters by their names in the API."""
        import pyarrow

        path = f"/v1/tables/{quote(table, safe='')}/rows{_query(options)}"
        with self._answer("GET", path, {"Accept": ARROW}) as answer:
            yield pyarrow.ipc.open_stream(io.BufferedReader(answer, 1 << 20))

    def read_table(self, table: str, **options: Any) -> pyarrow.Table:
        """Rows as an Arrow table; a stream that broke off raises."""
        with self.batches(table, **options) as reader:
            return reader.read_all()

    def read_pandas(self, table: str, **options: Any) -> pandas.DataFrame:
        """Rows as a pandas frame."""
        return self.read_table(table, **options).to_pandas()

    @contextmanager
    def _answer(self, method: str, path: str, headers: dict, body: bytes | None = None):
        answer = self.api.rest_client.pool_manager.request(
            method,
            self.api.configuration.host + path,
            headers={**self.api.default_headers, **headers},
            body=body,
            preload_content=False,
        )
        try:
            if answer.status >= 300:
                raise problem(answer.status, answer.read(), answer.headers)
            yield answer
        finally:
            answer.close()


def _query(options: dict) -> str:
    words = {name: str(value).lower() if isinstance(value, bool) else value for name, value in options.items()}
    return "?" + urlencode(words) if words else ""


def _stream_of(rows: Any) -> bytes:
    import pyarrow

    sink = pyarrow.BufferOutputStream()
    batches: Iterable = rows.to_batches() if isinstance(rows, pyarrow.Table) else [rows]
    with pyarrow.ipc.new_stream(sink, rows.schema) as writer:
        for batch in batches:
            writer.write_batch(batch)
    return sink.getvalue().to_pybytes()
