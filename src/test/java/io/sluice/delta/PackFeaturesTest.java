package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("An append is allowed where the reference allows it, or refused by the feature that is missing here")
class PackFeaturesTest {

    /// What an append cannot obey yet; a table that uses one of them is refused.
    private static final Set<String> NOT_YET = Set.of("variantType");

    @TempDir
    Path root;

    @TestFactory
    Stream<DynamicTest> write_records() {
        assumeTrue(PackTables.isThere(), "the conformance pack is not there");
        return PackTables.records("tables").stream()
                .filter(table -> table.get("write") != null)
                .map(table -> DynamicTest.dynamicTest(
                        (String) table.get("name"),
                        () -> check((String) table.get("name"), (Map<?, ?>) table.get("write"))));
    }

    private void check(String name, Map<?, ?> write) {
        TableSnapshot snapshot = new Snapshots(PackTables.storages(root)).latest(PackTables.copy(name, root));
        Throwable thrown = catchThrowable(() -> Features.requireAppendable(snapshot));
        if (write.get("append_ok") instanceof String refused) {
            assertThat(features(thrown))
                    .allSatisfy(feature -> assertThat(refused).contains(feature));
            return;
        }
        if (thrown != null) {
            assertThat(NOT_YET).containsAll(features(thrown));
        }
    }

    private static List<String> features(Throwable thrown) {
        assertThat(thrown).isInstanceOf(FailureException.class);
        return ((Failure.UnsupportedTableFeature) ((FailureException) thrown).failure()).features();
    }
}
