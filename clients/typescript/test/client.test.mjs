// The client: against a running service whose address is in SLUICE_URL, and against one that fails in each way before it answers.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { Retry, Sluice, SluiceProblem, pages } from 'sluice-client';

const url = process.env.SLUICE_URL;
const service = { skip: url ? false : 'no service: set SLUICE_URL, or run scripts/clients test typescript' };

async function newTable(sluice) {
  const name = `clients.typescript_${crypto.randomUUID().replaceAll('-', '').slice(0, 12)}`;
  const columns = [{ name: 'id', type: 'long', nullable: false }, { name: 'item', type: 'string' }];
  await sluice.tables.createTable({ createTable: { name, columns } });
  return name;
}

async function all(iterable, of) {
  const found = [];
  for await (const each of iterable) found.push(of(each));
  return found;
}

test('rows go in and come out at any version', service, async () => {
  const sluice = new Sluice(url);
  const table = await newTable(sluice);
  const first = await sluice.append(table, [{ id: 1, item: 'tea' }, { id: 2, item: 'rusk' }]);
  const second = await sluice.append(table, [{ id: 3, item: 'jam' }]);

  assert.equal(second.version, first.version + 1);
  assert.deepEqual(await all(sluice.read(table, { orderBy: 'id' }), (row) => row.id), [1, 2, 3]);
  assert.deepEqual(await all(sluice.read(table, { where: "item = 'rusk'" }), (row) => row.id), [2]);
  assert.deepEqual(await all(sluice.read(table, { version: first.version, orderBy: 'id' }), (row) => row.id), [1, 2]);
  assert.equal((await sluice.tables.getTable({ table })).statistics.rows, 3);
});

test('the same key appends once', service, async () => {
  const sluice = new Sluice(url);
  const table = await newTable(sluice);
  const first = await sluice.append(table, [{ id: 1 }], { idempotencyKey: 'typescript-1' });
  const again = await sluice.append(table, [{ id: 1 }], { idempotencyKey: 'typescript-1' });

  assert.deepEqual([first.replayed, again.replayed], [false, true]);
  assert.equal((await sluice.rows.countRows({ table })).count, 1);
});

test('pages follow each other', service, async () => {
  const sluice = new Sluice(url);
  const table = await newTable(sluice);
  await sluice.append(table, Array.from({ length: 25 }, (_, id) => ({ id })));

  const rows = pages((pageToken) => sluice.rows.readRows({ table, limit: 10, pageToken }));
  assert.deepEqual(await all(rows, (page) => page.rows.length), [10, 10, 5]);
  const commits = pages((pageToken) => sluice.history.listCommits({ table, limit: 1, pageToken }));
  assert.deepEqual(await all(commits, (page) => page.commits[0].version), [1, 0]);
});

test('a problem is an error with its members', service, async () => {
  const sluice = new Sluice(url);
  const table = await newTable(sluice);
  await assert.rejects(sluice.append(table, [{ id: 'x' }]), (problem) => {
    assert.ok(problem instanceof SluiceProblem);
    assert.deepEqual([problem.status, problem.slug, problem.members.badRowCount], [422, 'bad-rows', 1]);
    return true;
  });
  await assert.rejects(all(sluice.read('clients.nowhere'), (row) => row), { slug: 'table-not-found' });
});

test('a request is sent again with its key', async () => {
  const answers = [
    [503, { 'Retry-After': '3' }, '{"type": "/problems/overloaded"}'],
    [429, {}, 'not even JSON'],
    undefined,
    [500, {}, '{"type": "/problems/outcome-unknown"}'],
    [200, {}, '{"version": 7, "rows": 1, "files": 1, "bytes": 9, "replayed": true, "rejected": []}'],
  ];
  const seen = [];
  const server = createServer((request, response) => {
    seen.push(`${request.headers['idempotency-key']} ${request.headers.authorization}`);
    const answer = answers.shift();
    if (answer === undefined) return request.socket.destroy();
    response.writeHead(answer[0], { 'Content-Type': 'application/json', ...answer[1] }).end(answer[2]);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const waits = [];
  const retry = new Retry({ random: () => 1, sleep: async (seconds) => void waits.push(seconds) });
  const sluice = new Sluice(`http://127.0.0.1:${server.address().port}`, { token: 'secret', retry });

  const answer = await sluice.append('sales.orders', [{ id: 1 }]);
  server.close();

  assert.equal(answer.version, 7);
  assert.equal(seen.length, 5);
  assert.equal(new Set(seen).size, 1);
  assert.match(seen[0], / Bearer secret$/);
  assert.deepEqual(waits, [3.1, 0.2, 0.4, 0.8]);
});

test('what is wrong for good is not sent again, and it ends', async () => {
  let calls = 0;
  const refuse = (failure) => async () => {
    calls++;
    throw failure;
  };
  await assert.rejects(new Retry().call(refuse(new SluiceProblem(422, { type: '/problems/bad-rows' }, 0))), { slug: 'bad-rows' });
  assert.equal(calls, 1);
  const retry = new Retry({ attempts: 3, sleep: async () => {} });
  await assert.rejects(retry.call(refuse(new SluiceProblem(503, {}, 0))), { status: 503 });
  assert.equal(calls, 4);
});
