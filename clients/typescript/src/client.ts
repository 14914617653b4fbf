import {
  Configuration,
  HistoryApi,
  MaintenanceApi,
  OperationsApi,
  RowsApi,
  ServiceApi,
  TablesApi,
  TransactionsApi,
  type AppendRowsRequest,
  type FetchAPI,
  type ReadRowsRequest,
  type RowsAnswer,
} from './generated/index.js';
import { pages } from './pages.js';
import { Retry } from './retry.js';

export interface SluiceOptions {
  /// Where the service asks for one.
  token?: string;
  retry?: Retry;
  fetch?: FetchAPI;
}

/// A service at an address: the generated operations by their tags, and what a generator cannot make.
export class Sluice {
  readonly service: ServiceApi;
  readonly tables: TablesApi;
  readonly rows: RowsApi;
  readonly history: HistoryApi;
  readonly transactions: TransactionsApi;
  readonly maintenance: MaintenanceApi;
  readonly operations: OperationsApi;
  readonly retry: Retry;

  constructor(url: string, options: SluiceOptions = {}) {
    const configuration = new Configuration({
      basePath: url.replace(/\/+$/, ''),
      ...(options.token === undefined ? {} : { headers: { Authorization: `Bearer ${options.token}` } }),
      ...(options.fetch === undefined ? {} : { fetchApi: options.fetch }),
    });
    this.service = new ServiceApi(configuration);
    this.tables = new TablesApi(configuration);
    this.rows = new RowsApi(configuration);
    this.history = new HistoryApi(configuration);
    this.transactions = new TransactionsApi(configuration);
    this.maintenance = new MaintenanceApi(configuration);
    this.operations = new OperationsApi(configuration);
    this.retry = options.retry ?? new Retry();
  }

  /// Appends rows exactly once: sent again with the same key until the service has said what became of them.
  append(
    table: string,
    rows: Array<{ [column: string]: unknown }>,
    options: Omit<AppendRowsRequest, 'table' | 'requestBody'> = {},
  ): Promise<RowsAnswer> {
    return this.retry.call(
      (idempotencyKey) => this.rows.appendRows({ ...options, table, requestBody: rows, idempotencyKey }),
      options.idempotencyKey,
    );
  }

  /// Rows, page by page, all of one version.
  async *read(table: string, options: Omit<ReadRowsRequest, 'table' | 'pageToken'> = {}): AsyncGenerator<{ [column: string]: unknown }> {
    for await (const page of pages((pageToken) => this.rows.readRows({ ...options, table, pageToken }))) yield* page.rows;
  }
}
