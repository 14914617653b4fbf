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
    BEFORE_CHECKSUM;

    /// Whether a replica comes there seldom, however much is written.
    boolean isRare() {
        return switch (this) {
            case BETWEEN_OPTIMIZED_FILES_AND_LOG_ENTRY,
                    IN_CHECKPOINT,
                    BETWEEN_CHECKPOINT_AND_ITS_HINT,
                    BEFORE_CHECKSUM -> true;
            case BEFORE_DATA_FILE,
                    IN_DATA_FILE,
                    BETWEEN_DATA_FILE_AND_LOG_ENTRY,
                    DURING_LOG_ENTRY,
                    BETWEEN_LOG_ENTRY_AND_ANSWER,
                    IN_ANSWER -> false;
        };
    }

    static final String PROPERTY = "sluice.test.crash-point";
    static final String OCCURRENCE = "sluice.test.crash-occurrence";
}
