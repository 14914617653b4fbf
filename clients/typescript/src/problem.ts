import { ResponseError } from './generated/index.js';

/// What went wrong, as the service says it (RFC 9457). `slug` is the end of its type, such as `bad-rows`; empty where a proxy answered
/// without a problem.
export class SluiceProblem extends Error {
  override name = 'SluiceProblem';
  readonly slug: string;

  constructor(
    readonly status: number,
    readonly members: Record<string, unknown>,
    readonly retryAfterSeconds: number,
  ) {
    const slug = String(members['type'] ?? '').split('/').pop() ?? '';
    super(`${status} ${slug}: ${members['detail'] ?? ''} (request ${members['requestId']})`);
    this.slug = slug;
  }
}

/// The problem that an operation was refused with; anything else as it is.
export async function problemOf(error: unknown): Promise<unknown> {
  if (!(error instanceof ResponseError)) return error;
  let members: Record<string, unknown> = {};
  try {
    const body: unknown = await error.response.clone().json();
    if (typeof body === 'object' && body !== null) members = body as Record<string, unknown>;
  } catch {
    members = {};
  }
  const after = error.response.headers.get('Retry-After') ?? '';
  return new SluiceProblem(error.response.status, members, /^[0-9]{1,6}$/.test(after) ? Number(after) : 0);
}
