package io.sluice.ingest;

import io.sluice.table.Failure;

/// `onBadRow`: what a bad row does to its batch.
public enum BadRowPolicy {
    REJECT,
    SKIP,
    QUARANTINE;

    public static BadRowPolicy parse(String text) {
        return switch (text) {
            case "reject" -> REJECT;
            case "skip" -> SKIP;
            case "quarantine" -> QUARANTINE;
            default -> throw new Failure.BadParameter("onBadRow", "it is reject, skip or quarantine").asException();
        };
    }
}
