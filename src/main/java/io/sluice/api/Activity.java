package io.sluice.api;

import java.util.Locale;
import java.util.Optional;

/// What a request does with a table, and the permission that this takes. Its word stands in
/// `sluice.operations.disabled` and in the audit log.
public enum Activity {
    SHOW(Permission.READ, Reach.PARTS),
    READ(Permission.READ, Reach.PARTS),
    COUNT(Permission.READ, Reach.PARTS),
    HISTORY(Permission.READ, Reach.PARTS),
    CHANGES(Permission.READ, Reach.PARTS),
    METRICS(Permission.READ),
    APPEND(Permission.APPEND, Reach.PARTS),
    TRANSACTION(Permission.APPEND, Reach.PARTS),
    OVERWRITE(Permission.CHANGE),
    DELETE(Permission.CHANGE, Reach.PARTS),
    UPDATE(Permission.CHANGE, Reach.PARTS),
    UPSERT(Permission.CHANGE, Reach.PARTS),
    MERGE(Permission.CHANGE),
    CREATE(Permission.CREATE),
    REGISTER(Permission.ADMIN),
    ALTER(Permission.ALTER),
    DROP(Permission.ADMIN),
    OPTIMIZE(Permission.MAINTAIN),
    VACUUM(Permission.MAINTAIN),
    RESTORE(Permission.MAINTAIN),
    CHECKPOINT(Permission.MAINTAIN),
    REPAIR(Permission.MAINTAIN),
    STATISTICS(Permission.MAINTAIN),
    CANCEL(Permission.MAINTAIN);

    /// Whether what does it keeps to the columns and rows of a caller's grant. What does not is refused to callers
    /// whose
    /// grant is for parts of the table.
    public enum Reach {
        WHOLE,
        PARTS
    }

    private final Permission permission;
    private final Reach reach;

    Activity(Permission permission) {
        this(permission, Reach.WHOLE);
    }

    Activity(Permission permission, Reach reach) {
        this.permission = permission;
        this.reach = reach;
    }

    public Permission permission() {
        return permission;
    }

    public Reach reach() {
        return reach;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<Activity> ofWord(String word) {
        for (Activity activity : values()) {
            if (activity.word().equals(word)) {
                return Optional.of(activity);
            }
        }
        return Optional.empty();
    }
}
