import { problemOf } from './problem.js';

/// The pages of an answer, one request each: `pages((pageToken) => sluice.tables.listTables({ schema: 'sales', pageToken }))`.
export async function* pages<P extends { nextPageToken?: string }>(request: (pageToken?: string) => Promise<P>): AsyncGenerator<P> {
  let token: string | undefined;
  do {
    let page: P;
    try {
      page = await request(token);
    } catch (error) {
      throw await problemOf(error);
    }
    yield page;
    token = page.nextPageToken;
  } while (token);
}
