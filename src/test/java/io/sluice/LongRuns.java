package io.sluice;

/// How much a test does: enough to notice a defect in a build that must pass, or as much as it takes to trust a figure
/// (`./mvnw verify -Plong-runs`).
public final class LongRuns {

    private LongRuns() {}

    public static boolean areAsked() {
        return Boolean.getBoolean("sluice.long-runs");
    }

    /// One of two sizes; the system property of this name sets another.
    public static int size(String property, int inVerify, int onDemand) {
        return Integer.getInteger(property, areAsked() ? onDemand : inVerify);
    }
}
