package io.sluice.delta.create;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schedules;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// The properties of a table (Delta protocol, "Table Properties"; names and values as Delta has them). `delta.*` ones
/// must be known and have a value that they can have; `sluice.<kind>.every` is a schedule; all others are kept as they
/// are.
///
/// @param configuration as `metaData.configuration` holds it
/// @param features named by `delta.feature.<name> = supported`, which is no configuration
public record TableProperties(Map<String, String> configuration, Set<String> features) {

    private static final String PREFIX = "delta.";
    private static final String FEATURE_PREFIX = "delta.feature.";
    private static final String CONSTRAINT_PREFIX = "delta.constraints.";
    private static final Pattern BOOLEAN = Pattern.compile("true|false");
    private static final Pattern WHOLE = Pattern.compile("-1|0|[1-9]\\d{0,17}");
    private static final Pattern POSITIVE = Pattern.compile("[1-9]\\d{0,8}");
    private static final Pattern INTERVAL =
            Pattern.compile("interval \\d{1,12} (week|day|hour|minute|second|millisecond|microsecond)s?");
    private static final Pattern SIZE = Pattern.compile("[1-9]\\d{0,18}(b|kb?|mb?|gb?|tb?)?");
    private static final Pattern COLUMNS = Pattern.compile(".+", Pattern.DOTALL);

    private static final Map<String, Pattern> KNOWN = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);

    static {
        KNOWN.put("delta.appendOnly", BOOLEAN);
        KNOWN.put("delta.autoOptimize.autoCompact", Pattern.compile("true|false|auto|legacy"));
        KNOWN.put("delta.autoOptimize.optimizeWrite", BOOLEAN);
        KNOWN.put("delta.checkpoint.writeStatsAsJson", BOOLEAN);
        KNOWN.put("delta.checkpoint.writeStatsAsStruct", BOOLEAN);
        KNOWN.put("delta.checkpointInterval", POSITIVE);
        KNOWN.put("delta.checkpointPolicy", Pattern.compile("classic|v2"));
        KNOWN.put("delta.columnMapping.mode", Pattern.compile("none|name|id"));
        KNOWN.put("delta.dataSkippingNumIndexedCols", WHOLE);
        KNOWN.put("delta.dataSkippingStatsColumns", COLUMNS);
        KNOWN.put("delta.deletedFileRetentionDuration", INTERVAL);
        KNOWN.put("delta.enableChangeDataFeed", BOOLEAN);
        KNOWN.put("delta.enableDeletionVectors", BOOLEAN);
        KNOWN.put("delta.enableExpiredLogCleanup", BOOLEAN);
        KNOWN.put("delta.enableInCommitTimestamps", BOOLEAN);
        KNOWN.put("delta.enableRowTracking", BOOLEAN);
        KNOWN.put("delta.enableTypeWidening", BOOLEAN);
        KNOWN.put("delta.isolationLevel", Pattern.compile("serializable|writeserializable"));
        KNOWN.put("delta.logRetentionDuration", INTERVAL);
        KNOWN.put("delta.parquet.compression.codec", Pattern.compile("uncompressed|snappy|gzip|zstd|lz4|lz4_raw"));
        KNOWN.put("delta.randomizeFilePrefixes", BOOLEAN);
        KNOWN.put("delta.randomPrefixLength", POSITIVE);
        KNOWN.put("delta.sampleRetentionDuration", INTERVAL);
        KNOWN.put("delta.setTransactionRetentionDuration", INTERVAL);
        KNOWN.put("delta.targetFileSize", SIZE);
        KNOWN.put("delta.tuneFileSizesForRewrites", BOOLEAN);
    }

    /// Values that are kept as they were written.
    private static final Set<String> CASE_MATTERS = Set.of("delta.dataSkippingStatsColumns", "delta.isolationLevel");

    /// @param given by the client; they go before the defaults
    /// @throws FailureException `invalid-schema` naming the property
    public static TableProperties of(Map<String, String> given, Map<String, String> defaults) {
        Map<String, String> configuration = new LinkedHashMap<>(defaults);
        Set<String> features = new LinkedHashSet<>();
        given.forEach((key, value) -> {
            Schedules.fault(key, value).ifPresent(fault -> {
                throw invalid(fault);
            });
            if (!key.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                configuration.put(key, value);
            } else if (key.startsWith(CONSTRAINT_PREFIX)) {
                configuration.put(key, value);
            } else if (key.regionMatches(true, 0, FEATURE_PREFIX, 0, FEATURE_PREFIX.length())) {
                features.add(feature(key, value));
            } else {
                String name = nameOf(key);
                configuration.put(name, checked(name, value));
            }
        });
        return new TableProperties(Collections.unmodifiableMap(configuration), features);
    }

    /// The property's name as Delta spells it.
    private static String nameOf(String key) {
        return KNOWN.keySet().stream()
                .filter(key::equalsIgnoreCase)
                .findFirst()
                .orElseThrow(() -> invalid("the table property " + key + " is not known"));
    }

    private static String checked(String name, String value) {
        String lower = value.toLowerCase(Locale.ROOT).strip();
        Pattern pattern = KNOWN.get(name);
        if (pattern == null || !pattern.matcher(lower).matches()) {
            throw invalid("the table property " + name + " cannot be \"" + value + "\"");
        }
        return CASE_MATTERS.contains(name) ? value : lower;
    }

    private static String feature(String key, String value) {
        String feature = key.substring(FEATURE_PREFIX.length());
        if (!FeatureSet.isKnown(feature)) {
            throw new Failure.UnsupportedTableFeature(
                            java.util.List.of(feature), "a table with it cannot be created here")
                    .asException();
        }
        if (!value.equalsIgnoreCase("supported")) {
            throw invalid("the table property " + key + " can only be \"supported\"");
        }
        return feature;
    }

    public boolean isTrue(String name) {
        return "true".equals(configuration.get(name));
    }

    /// Whether there is a CHECK constraint.
    public boolean hasConstraints() {
        return configuration.keySet().stream().anyMatch(key -> key.startsWith(CONSTRAINT_PREFIX));
    }

    public boolean hasColumnMapping() {
        return !configuration.getOrDefault("delta.columnMapping.mode", "none").equals("none");
    }

    private static FailureException invalid(String reason) {
        return new Failure.InvalidSchema(reason).asException();
    }
}
