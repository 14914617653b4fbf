/// The client of Sluice: Delta Lake tables over HTTP.
export * from './generated/index.js';
export { Sluice, type SluiceOptions } from './client.js';
export { pages } from './pages.js';
export { SluiceProblem } from './problem.js';
export { Retry, type RetryOptions } from './retry.js';
