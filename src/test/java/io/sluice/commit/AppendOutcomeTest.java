package io.sluice.commit;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.commit.CommitOutcome.Committed;
import io.sluice.commit.CommitOutcome.Refused;
import io.sluice.commit.CommitOutcome.Unknown;
import io.sluice.commit.FaultyStorage.Fault;
import io.sluice.commit.log.LogFile;
import io.sluice.delta.Action;
import io.sluice.delta.TableSnapshot;
import io.sluice.storage.Location;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AppendOutcomeTest {

    private final ManualTime time = new ManualTime();
    private TestTables tables;
    private TestTables.Process process;

    @BeforeEach
    void table(@TempDir Path root) {
        tables = new TestTables(root);
        tables.create();
        process = tables.process(TestTables.settings(100, 5), TestTables.at(time));
    }

    @Test
    void an_append_is_one_version_that_holds_its_rows() throws IOException {
        assertThat(process.append("a", "b")).isEqualTo(new Committed(1, 2, 1, 4));
        assertThat(process.append("c")).isEqualTo(new Committed(2, 1, 1, 2));
        assertThat(tables.lines()).containsExactly("a", "b", "c");
        assertThat(process.latest().version()).isEqualTo(2);
    }

    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"ANSWER_LOST", "ANSWER_LOST_AND_RETRIED", "BROKEN_AFTERWARDS", "PUT_LOST", "PUT_LATE"})
    void every_first_put_may_go_wrong_and_each_append_is_there_once(Fault fault) throws IOException {
        for (int n = 1; n <= 5; n++) {
            tables.storage().nextFaults(fault);
            assertThat(process.append("row " + n)).isEqualTo(new Committed(n, 1, 1, 6));
            tables.storage().releaseLatePuts();
        }
        assertThat(tables.lines()).containsExactly("row 1", "row 2", "row 3", "row 4", "row 5");
    }

    @Test
    void silence_until_the_deadline_is_unknown_and_keeps_the_files() throws IOException {
        tables.storage().faults(_ -> Fault.PUT_LATE);
        assertThat(process.append("a")).isInstanceOf(Unknown.class);
        assertThat(tables.dataFilesOnStorage()).isEqualTo(1);
        assertThat(process.meters().get("sluice.commit.unknown").counter().count())
                .isEqualTo(1);

        tables.storage().faults(_ -> Fault.NONE);
        tables.storage().releaseLatePuts();
        assertThat(process.append("b")).isEqualTo(new Committed(2, 1, 1, 2));
        assertThat(tables.lines()).containsExactly("a", "b");
    }

    @Test
    void a_late_put_that_finds_its_version_taken_is_gone_for_good() throws IOException {
        tables.storage().faults(_ -> Fault.PUT_LATE);
        assertThat(process.append("a")).isInstanceOf(Unknown.class);
        tables.storage().faults(_ -> Fault.NONE);
        assertThat(process.append("b")).isEqualTo(new Committed(1, 1, 1, 2));
        tables.storage().releaseLatePuts();
        assertThat(tables.lines()).containsExactly("b");
    }

    @Test
    void a_refused_put_leaves_neither_an_entry_nor_files() throws IOException {
        tables.storage().nextFaults(Fault.REFUSED);
        assertThat(process.append("a"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.failure()).isInstanceOf(Failure.StorageUnavailable.class));
        assertThat(tables.snapshot().version()).isZero();
        assertThat(tables.dataFilesOnStorage()).isZero();
    }

    @Test
    void a_foreign_append_is_followed_without_writing_the_rows_again() throws IOException {
        tables.storage().beforeNextPut(_ -> tables.rival(1, TestTables.add("foreign.parquet", 1, 1)));
        assertThat(process.append("a")).isEqualTo(new Committed(2, 1, 1, 2));
        assertThat(process.stager().calls()).isEqualTo(1);
        assertThat(tables.snapshot().files()).hasSize(2);
        assertThat(process.meters().get("sluice.commit.retries").counter().count())
                .isEqualTo(1);
    }

    @Test
    void a_changed_schema_refuses_the_append_and_names_the_winner() throws IOException {
        AppendRequest<List<String>> prepared = process.request("a");
        tables.storage().beforeNextPut(_ -> {
            tables.rival(1, TestTables.add("foreign.parquet", 1, 1));
            tables.rival(2, TestTables.metadata(Map.of(), new Column("other", DataType.Primitive.LONG)));
            tables.rival(3, TestTables.add("foreign2.parquet", 1, 1));
        });
        assertThat(process.append(prepared)).isEqualTo(new Refused(new Failure.MetadataChanged(2)));
        assertThat(process.append(prepared)).isEqualTo(new Refused(new Failure.MetadataChanged(2)));
        assertThat(tables.dataFilesOnStorage()).isZero();
    }

    @Test
    void a_changed_retention_is_no_conflict() {
        tables.storage()
                .beforeNextPut(_ ->
                        tables.rival(1, TestTables.metadata(Map.of("delta.logRetentionDuration", "interval 1 days"))));
        assertThat(process.append("a")).isEqualTo(new Committed(2, 1, 1, 2));
    }

    @Test
    void a_changed_property_that_appends_depend_on_is_a_conflict() {
        tables.storage()
                .beforeNextPut(
                        _ -> tables.rival(1, TestTables.metadata(Map.of("delta.randomizeFilePrefixes", "true"))));
        assertThat(process.append("a")).isEqualTo(new Refused(new Failure.MetadataChanged(1)));
    }

    @Test
    void a_changed_protocol_refuses_the_append_and_names_the_winner() {
        tables.storage()
                .beforeNextPut(_ -> tables.rival(1, new Action.Protocol(1, 7, List.of(), List.of("domainMetadata"))));
        assertThat(process.append("a")).isEqualTo(new Refused(new Failure.ProtocolChanged(1)));
    }

    @Test
    void rivals_who_are_always_faster_end_as_contention() throws IOException {
        for (int version = 1; version <= 5; version++) {
            long taken = version;
            tables.storage().beforeNextPut(_ -> tables.rival(taken, TestTables.add("f" + taken, 1, 1)));
        }
        assertThat(process.append("a"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.failure())
                                .isInstanceOfSatisfying(
                                        Failure.CommitContention.class,
                                        contention -> assertThat(contention.attempts())
                                                .isEqualTo(5)));
        assertThat(tables.dataFilesOnStorage()).isZero();
    }

    @Test
    void only_if_latest_holds_until_the_entry_is_written() {
        assertThat(process.appendIfLatest(0, "a")).isEqualTo(new Committed(1, 1, 1, 2));
        assertThat(process.appendIfLatest(0, "b")).isEqualTo(new Refused(new Failure.StaleVersion(0, 1)));
        tables.storage().beforeNextPut(_ -> tables.rival(2, TestTables.add("foreign.parquet", 1, 1)));
        assertThat(process.appendIfLatest(1, "c")).isEqualTo(new Refused(new Failure.StaleVersion(1, 2)));
    }

    @Test
    void nothing_is_committed_on_a_log_whose_end_does_not_parse() throws IOException {
        AppendRequest<List<String>> request = process.request("a");
        tables.storage().unharmed().put(LogFile.of(tables.location(), 1), new byte[0]);
        assertThat(process.append(request))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.failure()).isInstanceOf(Failure.TableCorrupt.class));
    }

    @Test
    void files_are_taken_back_when_the_log_breaks_between_two_attempts() throws IOException {
        tables.storage().beforeNextPut(file -> write(file, "{\"add\":{\"path\":\"cut off"));
        assertThat(process.append("a"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        refused -> assertThat(refused.failure()).isInstanceOf(Failure.TableCorrupt.class));
        assertThat(process.stager().calls()).isEqualTo(1);
        assertThat(tables.dataFilesOnStorage()).isZero();
    }

    private void write(Location file, String content) {
        try {
            tables.storage().unharmed().put(file, content.getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void an_entry_that_cannot_be_encoded_was_not_sent_and_leaves_no_files() throws IOException {
        Stager<List<String>> strange = new Stager<>() {
            @Override
            public List<Action.AddFile> stage(TableSnapshot snapshot, List<List<String>> group) {
                return process.stager().stage(snapshot, group);
            }

            @Override
            public List<Action> definition(TableSnapshot snapshot, List<List<String>> group) {
                return List.of(new Action.Other("unknown"));
            }
        };
        assertThat(process.commits().append(process.request("a"), strange))
                .isEqualTo(new Refused(new Failure.Internal()));
        assertThat(tables.dataFilesOnStorage()).isZero();
    }

    @Test
    void a_table_that_is_gone_is_not_found() throws IOException {
        AppendRequest<List<String>> request = process.request("a");
        tables.storage().deleteTree(tables.location());
        assertThat(tables.process().append(request)).isEqualTo(new Refused(new Failure.TableNotFound(TestTables.NAME)));
    }

    @Test
    void no_rows_and_nothing_to_remember_write_nothing() {
        assertThat(process.append()).isEqualTo(new Committed(0, 0, 0, 0));
        assertThat(tables.snapshot().version()).isZero();
    }
}
