package io.sluice.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.commit.CommitOutcome.Committed;
import io.sluice.commit.log.LogFile;
import io.sluice.delta.Action;
import io.sluice.table.User;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppendEntryTest {

    private final ManualTime time = new ManualTime();
    private TestTables tables;

    @BeforeEach
    void tables(@TempDir Path root) {
        tables = new TestTables(root);
    }

    private TestTables.Process process() {
        return tables.process(TestTables.settings(), TestTables.at(time));
    }

    private Action.CommitInfo commitInfo(long version) throws IOException {
        return (Action.CommitInfo) tables.actions(version).getFirst();
    }

    @Test
    void history_reads_as_spark_writes_it() throws IOException {
        tables.create();
        TestTables.Process process = process();
        AppendRequest<List<String>> plain = process.request("a", "b");
        process.append(new AppendRequest<>(
                plain.table(),
                plain.location(),
                plain.preparedAgainst(),
                plain.rows(),
                plain.rowCount(),
                Optional.empty(),
                OptionalLong.empty(),
                Optional.of("{\"job\":7}"),
                Optional.of(new User("loader", "key:loader"))));

        Map<String, Object> info = commitInfo(1).fields();
        assertThat(info)
                .containsEntry("timestamp", time.millis())
                .containsEntry("userName", "loader")
                .containsEntry("userId", "key:loader")
                .containsEntry("operation", "WRITE")
                .containsEntry("operationParameters", Map.of("mode", "Append", "partitionBy", "[]"))
                .containsEntry("operationMetrics", Map.of("numFiles", "1", "numOutputRows", "2", "numOutputBytes", "4"))
                .containsEntry("readVersion", 0L)
                .containsEntry("isolationLevel", "Serializable")
                .containsEntry("isBlindAppend", true)
                .containsEntry("engineInfo", "Sluice/test")
                .containsEntry("userMetadata", "{\"job\":7}")
                .containsKey("txnId")
                .doesNotContainKeys("sluice", "inCommitTimestamp");
    }

    @Test
    void a_key_leaves_a_transaction_with_the_commits_own_version_and_a_receipt() throws IOException {
        tables.create();
        process().append("first");
        process().append(new RequestIdentity.Key("k", "f00d"), "a");

        Action.SetTransaction transaction = tables.actions(2).stream()
                .filter(Action.SetTransaction.class::isInstance)
                .map(Action.SetTransaction.class::cast)
                .findFirst()
                .orElseThrow();
        assertThat(transaction.appId()).startsWith("sluice-key-").doesNotContain("=");
        assertThat(transaction.version()).isEqualTo(2);
        assertThat(transaction.lastUpdated()).hasValue(time.millis());
        assertThat(commitInfo(2).fields())
                .containsEntry(
                        "sluice",
                        Map.of(
                                "receipts",
                                Map.of(
                                        transaction.appId(),
                                        Map.of("fingerprint", "f00d", "rows", 1L, "files", 1L, "bytes", 2L))));
    }

    @Test
    void in_commit_timestamps_only_grow_and_stand_first() throws IOException {
        tables.create(
                new Action.Protocol(1, 7, List.of(), List.of("inCommitTimestamp")),
                Map.of("delta.enableInCommitTimestamps", "true"));
        long ahead = time.millis() + 60_000;
        TestTables.Process process = process();
        tables.rivalAt(1, ahead);
        process.append("a");
        process.append("b");

        assertThat(commitInfo(2).inCommitTimestamp()).hasValue(ahead + 1);
        assertThat(commitInfo(3).inCommitTimestamp()).hasValue(ahead + 2);
        String line = new String(tables.storage().read(LogFile.of(tables.location(), 2)), StandardCharsets.UTF_8);
        assertThat(line).startsWith("{\"commitInfo\":{\"inCommitTimestamp\":" + (ahead + 1));
    }

    @Test
    void row_ids_continue_above_the_mark_also_when_a_rival_moved_it() throws IOException {
        tables.create(
                new Action.Protocol(1, 7, List.of(), List.of("rowTracking", "domainMetadata")),
                Map.of("delta.enableRowTracking", "true"));
        TestTables.Process process = process();
        process.append("a", "b", "c");
        tables.storage()
                .beforeNextPut(_ -> tables.rival(
                        2, new Action.DomainMetadata("delta.rowTracking", "{\"rowIdHighWaterMark\":99}", false)));
        assertThat(process.append("d", "e")).isEqualTo(new Committed(3, 2, 1, 4));

        assertThat(added(1).baseRowId()).hasValue(0);
        assertThat(added(1).defaultRowCommitVersion()).hasValue(1);
        assertThat(added(3).baseRowId()).hasValue(100);
        assertThat(added(3).defaultRowCommitVersion()).hasValue(3);
        assertThat(tables.snapshot().domainMetadata())
                .containsEntry("delta.rowTracking", "{\"rowIdHighWaterMark\":101}");
    }

    private Action.AddFile added(long version) throws IOException {
        return tables.actions(version).stream()
                .filter(Action.AddFile.class::isInstance)
                .map(Action.AddFile.class::cast)
                .findFirst()
                .orElseThrow();
    }
}
