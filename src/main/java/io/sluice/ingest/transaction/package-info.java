/// One version out of many batches: rows that many workers bring, on storage but in no version until the transaction
/// is committed.
///
/// Main types: [io.sluice.ingest.transaction.TransactionStore] keeps a transaction in files below the table's
/// `_sluice/transactions`, so that any replica serves any step, also after a restart;
/// [io.sluice.ingest.transaction.TransactionCommit] makes one commit of it. Invariant: of a commit and an abort
/// exactly one is decided, a commit that was decided is given up by the log only, a batch is answered only if a later
/// commit contains it, and data files are deleted only when no commit can name them any more.
@NullMarked
package io.sluice.ingest.transaction;

import org.jspecify.annotations.NullMarked;
