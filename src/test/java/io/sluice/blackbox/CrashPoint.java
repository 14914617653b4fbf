package io.sluice.blackbox;

/// Where a [MortalSluice] dies, as if the machine had lost power.
enum CrashPoint {
    BEFORE_DATA_FILE,
    /// Half of it is written.
    IN_DATA_FILE,
    BETWEEN_DATA_FILE_AND_LOG_ENTRY,
    /// The put is under way.
    DURING_LOG_ENTRY,
    BETWEEN_LOG_ENTRY_AND_ANSWER,
    IN_ANSWER,
    BETWEEN_OPTIMIZED_FILES_AND_LOG_ENTRY,
    IN_CHECKPOINT,
    BETWEEN_CHECKPOINT_AND_ITS_HINT,
    BEFORE_CHECKSUM,
    BETWEEN_STAGED_FILE_AND_ITS_BATCH,
    BETWEEN_BATCH_AND_ANSWER,
    BETWEEN_DECISION_AND_SEAL,
    BETWEEN_SEAL_AND_LOG_ENTRY,
    BETWEEN_TRANSACTION_AND_ITS_CLEAN_UP,
    IN_CLEAN_UP_OF_TRANSACTION;

    /// Whether a replica comes there seldom, however much is written.
    boolean isRare() {
        return switch (this) {
            case BETWEEN_OPTIMIZED_FILES_AND_LOG_ENTRY,
                    IN_CHECKPOINT,
                    BETWEEN_CHECKPOINT_AND_ITS_HINT,
                    BEFORE_CHECKSUM,
                    BETWEEN_STAGED_FILE_AND_ITS_BATCH,
                    BETWEEN_BATCH_AND_ANSWER,
                    BETWEEN_DECISION_AND_SEAL,
                    BETWEEN_SEAL_AND_LOG_ENTRY,
                    BETWEEN_TRANSACTION_AND_ITS_CLEAN_UP,
                    IN_CLEAN_UP_OF_TRANSACTION -> true;
            case BEFORE_DATA_FILE,
                    IN_DATA_FILE,
                    BETWEEN_DATA_FILE_AND_LOG_ENTRY,
                    DURING_LOG_ENTRY,
                    BETWEEN_LOG_ENTRY_AND_ANSWER,
                    IN_ANSWER -> false;
        };
    }

    /// Whether only transactions over many requests come there.
    boolean isOfTransactions() {
        return compareTo(BETWEEN_STAGED_FILE_AND_ITS_BATCH) >= 0;
    }

    static final String PROPERTY = "sluice.test.crash-point";
    static final String OCCURRENCE = "sluice.test.crash-occurrence";
}
