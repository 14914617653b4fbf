"""The client against a running service, whose address is in SLUICE_URL."""

import os
import threading
import unittest
import uuid
from http.server import BaseHTTPRequestHandler, HTTPServer

import pyarrow

from sluice_client import Retry, Sluice, SluiceProblem, models

URL = os.environ["SLUICE_URL"]


def new_table(client):
    name = "clients.python_" + uuid.uuid4().hex[:12]
    columns = [models.NewColumn(name="id", type="long", nullable=False), models.NewColumn(name="item", type="string")]
    client.tables.create_table(models.CreateTable(name=name, columns=columns))
    return name


class ClientTest(unittest.TestCase):
    def setUp(self):
        self.client = Sluice(URL)
        self.table = new_table(self.client)

    def test_rows_go_in_and_come_out_at_any_version(self):
        first = self.client.append(self.table, [{"id": 1, "item": "tea"}, {"id": 2, "item": "rusk"}])
        second = self.client.append(self.table, [{"id": 3, "item": "jam"}])

        self.assertEqual(first.version + 1, second.version)
        self.assertEqual([1, 2, 3], sorted(row["id"] for row in self.client.read(self.table)))
        self.assertEqual([2], [row["id"] for row in self.client.read(self.table, where="item = 'rusk'")])
        self.assertEqual([1, 2], sorted(row["id"] for row in self.client.read(self.table, version=first.version)))
        self.assertEqual(2, self.client.rows.count_rows(self.table, version=first.version).count)

    def test_the_same_key_appends_once(self):
        key = str(uuid.uuid4())
        first = self.client.append(self.table, [{"id": 1}], idempotency_key=key)
        again = self.client.append(self.table, [{"id": 1}], idempotency_key=key)

        self.assertFalse(first.replayed)
        self.assertTrue(again.replayed)
        self.assertEqual(1, self.client.rows.count_rows(self.table).count)

    def test_pages_follow_each_other(self):
        self.client.append(self.table, [{"id": number} for number in range(25)])
        pages = list(self.client.pages(self.client.rows.read_rows, self.table, limit=10, order_by="id"))

        self.assertEqual([10, 10, 5], [len(page.rows) for page in pages])
        self.assertEqual(list(range(25)), [row["id"] for row in self.client.read(self.table, limit=7, order_by="id")])
        self.assertEqual([1, 0], [page.commits[0].version for page in self.client.pages(self.client.history.list_commits, self.table, limit=1)])

    def test_arrow_goes_in_and_comes_out(self):
        rows = pyarrow.table({"id": pyarrow.array(range(100_000), pyarrow.int64()), "item": ["tea"] * 100_000})
        answer = self.client.append(self.table, rows)

        self.assertEqual(100_000, answer.rows)
        back = self.client.read_table(self.table, orderBy="id")
        self.assertEqual(rows.column("id").to_pylist(), back.column("id").to_pylist())
        self.assertEqual(0, self.client.read_table(self.table, version=0).num_rows)
        with self.client.batches(self.table, select="id", where="id < 10") as batches:
            self.assertEqual(10, sum(batch.num_rows for batch in batches))

    def test_a_problem_is_an_exception_with_its_members(self):
        with self.assertRaises(SluiceProblem) as raised:
            self.client.append(self.table, [{"id": "x"}])
        self.assertEqual((422, "bad-rows"), (raised.exception.status, raised.exception.slug))
        self.assertEqual("id", raised.exception.members["badRows"][0]["column"])
        with self.assertRaises(SluiceProblem) as raised:
            self.client.read_table("clients.nowhere")
        self.assertEqual("table-not-found", raised.exception.slug)


class RetryTest(unittest.TestCase):
    """Against a service that fails in each way before it answers."""

    def test_a_request_is_sent_again_with_its_key(self):
        keys, waits = [], []
        answers = iter(
            [
                (503, {"Retry-After": "3"}, b'{"type": "/problems/overloaded"}'),
                (429, {}, b"not even JSON"),
                None,
                (500, {}, b'{"type": "/problems/outcome-unknown"}'),
                (200, {}, b'{"version": 7, "rows": 1, "files": 1, "bytes": 9, "replayed": true, "rejected": []}'),
            ]
        )

        class Failing(BaseHTTPRequestHandler):
            def do_POST(self):
                keys.append((self.headers["Idempotency-Key"], self.headers["Authorization"]))
                self.rfile.read(int(self.headers["Content-Length"]))
                answer = next(answers)
                if answer is None:
                    self.close_connection = True
                    return
                status, headers, body = answer
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", "Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *arguments):
                pass

        server = HTTPServer(("127.0.0.1", 0), Failing)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        retry = Retry(random=lambda least, most: most, sleep=waits.append)
        client = Sluice(f"http://127.0.0.1:{server.server_port}", token="secret", retry=retry)

        answer = client.append("sales.orders", [{"id": 1}])

        self.assertEqual(7, answer.version)
        self.assertEqual(5, len(keys))
        self.assertEqual({(keys[0][0], "Bearer secret")}, set(keys))
        self.assertEqual([3.1, 0.2, 0.4, 0.8], waits)

    def test_what_is_wrong_for_good_is_not_sent_again(self):
        calls = []

        def refused(key):
            calls.append(key)
            raise SluiceProblem(422, {"type": "/problems/bad-rows"}, {})

        with self.assertRaises(SluiceProblem):
            Retry().call(refused)
        self.assertEqual(1, len(calls))

    def test_it_ends(self):
        waits = []

        def lost(key):
            raise ConnectionResetError

        with self.assertRaises(ConnectionResetError):
            Retry(attempts=3, sleep=waits.append).call(lost)
        self.assertEqual(2, len(waits))


if __name__ == "__main__":
    unittest.main()
