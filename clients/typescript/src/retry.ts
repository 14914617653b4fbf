import { FetchError } from './generated/index.js';
import { SluiceProblem, problemOf } from './problem.js';

// The commit may or may not have happened, or has not yet: the same key settles it.
const UNSETTLED = new Set(['outcome-unknown', 'request-in-progress', 'commit-contention']);

export interface RetryOptions {
  /// At most so many requests; 8.
  attempts?: number;
  /// Over at most so long; 120.
  seconds?: number;
  /// The first wait is at most this; 0.1.
  firstSeconds?: number;
  /// Each is at most this; 10.
  mostSeconds?: number;
  /// Between 0 and 1.
  random?: () => number;
  sleep?: (seconds: number) => Promise<void>;
}

/// When a request is sent again, and after how long: a wait is uniform between nothing and `firstSeconds · 2ⁿ` (full jitter), on top of
/// what Retry-After asks for.
export class Retry {
  private readonly options: Required<RetryOptions>;

  constructor(options: RetryOptions = {}) {
    this.options = {
      attempts: 8,
      seconds: 120,
      firstSeconds: 0.1,
      mostSeconds: 10,
      random: Math.random,
      sleep: (seconds) => new Promise((resolve) => setTimeout(resolve, seconds * 1000)),
      ...options,
    };
  }

  /// The answer to a request that takes an idempotency key: the same one each time.
  async call<T>(request: (key: string) => Promise<T>, key: string = crypto.randomUUID()): Promise<T> {
    const { attempts, seconds, firstSeconds, mostSeconds, random, sleep } = this.options;
    const end = Date.now() + seconds * 1000;
    for (let attempt = 0; ; attempt++) {
      let failure: unknown;
      try {
        return await request(key);
      } catch (error) {
        failure = await problemOf(error);
      }
      const after = failure instanceof SluiceProblem ? failure.retryAfterSeconds : 0;
      const wait = random() * Math.min(mostSeconds, firstSeconds * 2 ** attempt) + after;
      if (!mayBeRepeated(failure) || attempt + 1 >= attempts || Date.now() + wait * 1000 > end) throw failure;
      await sleep(wait);
    }
  }
}

function mayBeRepeated(failure: unknown): boolean {
  if (failure instanceof SluiceProblem) return failure.status === 429 || failure.status === 503 || UNSETTLED.has(failure.slug);
  return failure instanceof FetchError || failure instanceof TypeError;
}
