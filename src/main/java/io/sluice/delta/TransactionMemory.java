package io.sluice.delta;

/// Which `txn` actions a checkpoint keeps, as far as the writer who set them has promised anything.
@FunctionalInterface
public interface TransactionMemory {

    /// Every id as the table's property `delta.setTransactionRetentionDuration` says.
    TransactionMemory OF_THE_TABLE = _ -> Verdict.AS_THE_TABLE_SAYS;

    enum Verdict {
        KEPT,
        FORGOTTEN,
        /// Forgotten when the table has a `delta.setTransactionRetentionDuration` that has passed.
        AS_THE_TABLE_SAYS
    }

    Verdict of(Action.SetTransaction transaction);
}
