package io.sluice.commit.conflict;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.commit.Read;
import io.sluice.commit.TestTables;
import io.sluice.delta.Action;
import io.sluice.delta.LogEntry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Each line of the table: what our attempt read, what it does, what the winner of its version did, and the verdict.
/// [ConflictCase] says what the words mean.
class ConflictRulesTest {

    private static final String CASES = """
            # appends read nothing: only the table's definition and transaction ids can collide
            nothing          | add a 30-40          | add a 30-40           | passes
            nothing          | add a 30-40          | add b 1-2             | passes
            nothing          | add a 30-40          | remove f1             | passes
            nothing          | add a 30-40          | rewrite f1 f2         | passes
            nothing          | add a 30-40          | vector f1             | passes
            nothing          | add a 30-40          | remove f1 f2 f3 f4    | passes
            nothing          | add a 30-40          | cdc                   | passes
            nothing          | add a 30-40          | nothing               | passes
            nothing          | add a 30-40          | schema +column        | metadata-changed
            nothing          | add a 30-40          | txn other             | passes
            nothing          | add a 30-40; txn app | txn app               | concurrent-transaction
            nothing          | add a 30-40; txn app | txn app2              | passes
            nothing          | add a 30-40; txn app | add a 1-2; txn app    | concurrent-transaction
            txn app          | add a 30-40          | txn app               | concurrent-transaction
            txn app          | add a 30-40          | txn other             | passes
            txn app          | add a 30-40          | add a 1-9             | passes

            # the whole table was read
            table            | remove f1; add a 1-9 | add a 30-40           | concurrent-append
            table            | remove f1; add a 1-9 | add b 90-99           | concurrent-append
            table            | remove f1; add a 1-9 | add ? nothing-known   | concurrent-append
            table            | remove f1; add a 1-9 | remove f3             | concurrent-delete-read
            table            | remove f1; add a 1-9 | remove f1             | concurrent-delete-read
            table            | remove f1; add a 1-9 | vector f4             | concurrent-append
            table            | remove f1; add a 1-9 | rewrite f3            | concurrent-append
            table            | remove f1; add a 1-9 | nothing               | passes
            table            | remove f1; add a 1-9 | cdc                   | passes
            table            | remove f1; add a 1-9 | txn app               | passes
            table            | remove f1; add a 1-9 | domain other          | passes
            table            | add a 1-9            | add b 90-99           | concurrent-append
            table            | add a 1-9            | remove f1             | concurrent-delete-read
            table            | domain mine          | add b 90-99           | concurrent-append

            # nobody may have committed anything
            commits          | remove f1; add a 1-9 | nothing               | concurrent-delete-read
            commits          | remove f1; add a 1-9 | cdc                   | concurrent-delete-read
            commits          | remove f1; add a 1-9 | txn app               | concurrent-delete-read
            table + commits  | remove f1; add a 1-9 | nothing               | concurrent-delete-read
            table + commits  | remove f1; add a 1-9 | add a 30-40           | concurrent-append

            # one partition was read
            rows p=a         | remove f1            | add a 30-40           | concurrent-append
            rows p=a         | remove f1            | add b 30-40           | passes
            rows p=a         | remove f1            | add null 30-40        | passes
            rows p=a         | remove f1            | add ? nothing-known   | concurrent-append
            rows p=a         | remove f1            | remove f2             | concurrent-delete-read
            rows p=a         | remove f1            | remove f3             | passes
            rows p=a         | remove f1            | remove f4             | passes
            rows p=a         | remove f1            | rewrite f3            | passes
            rows p=a         | remove f1            | rewrite f2            | concurrent-append
            rows p=a         | remove f1            | vector f2             | concurrent-append
            rows p=a         | remove f1            | vector f3             | passes
            rows p=a         | add a 1-9            | remove f3; add b 1-9  | passes
            rows p=a         | vector f1            | vector f2             | concurrent-append
            rows p=a         | vector f1            | vector f3             | passes
            rows p!=a        | remove f3            | add a 1-9             | passes
            rows p!=a        | remove f3            | add c 1-9             | concurrent-append
            rows p is null   | remove f4            | add a 1-9             | passes
            rows p is null   | remove f4            | add null 1-9          | concurrent-append
            rows p is null   | remove f4            | remove f1             | passes
            rows p not null  | remove f1            | add null 1-9          | passes
            rows p in a,b    | remove f1            | add c 1-9             | passes
            rows p in a,b    | remove f1            | add b 1-9             | concurrent-append
            rows p<b         | remove f1            | add b 1-9             | passes
            rows p>=b        | remove f3            | add b 1-9             | concurrent-append

            # rows were read by statistics
            rows id=5        | vector f1            | add a 30-40           | passes
            rows id=5        | vector f1            | add b 1-9             | concurrent-append
            rows id=5        | vector f1            | add b 5-5             | concurrent-append
            rows id=5        | vector f1            | add ? nothing-known   | concurrent-append
            rows id=5        | vector f1            | remove f2             | passes
            rows id=5        | vector f1            | remove f3             | concurrent-delete-read
            rows id=5        | vector f1            | remove f4             | concurrent-delete-read
            rows id=5        | vector f1            | vector f2             | passes
            rows id=5        | vector f1            | vector f3             | concurrent-append
            rows id>15       | vector f2            | add a 1-9             | passes
            rows id>15       | vector f2            | add a 1-16            | concurrent-append
            rows id>=20      | vector f2            | add a 1-20            | concurrent-append
            rows id<1        | add a 0-0            | add a 1-5             | passes
            rows id<1        | add a 0-0            | add a 0-5             | concurrent-append
            rows id in 5,50  | vector f1            | add a 30-40           | passes
            rows id in 5,50  | vector f1            | add a 45-60           | concurrent-append

            # both
            rows p=a & id=5  | vector f1            | add b 1-9             | passes
            rows p=a & id=5  | vector f1            | add a 30-40           | passes
            rows p=a & id=5  | vector f1            | add a 1-9             | concurrent-append
            rows p=a & id=5  | vector f1            | remove f2             | passes
            rows p=a & id=5  | vector f1            | remove f3             | passes
            rows p=a + rows p=b | remove f1         | add b 1-9             | concurrent-append
            rows p=a + rows p=b | remove f1         | add c 1-9             | passes
            rows none        | add a 1-9            | add a 1-9             | passes
            rows none        | add a 1-9            | remove f1             | passes
            rows anything    | add a 1-9            | add c 1-9             | concurrent-append
            rows anything    | add a 1-9            | remove f2             | concurrent-delete-read

            # files were read, and no others
            files f1 f2      | rewrite f1 f2        | add a 1-9             | passes
            files f1 f2      | rewrite f1 f2        | remove f3             | passes
            files f1 f2      | rewrite f1 f2        | remove f2             | concurrent-delete-read
            files f1 f2      | rewrite f1 f2        | vector f1             | concurrent-delete-read
            files f1 f2      | rewrite f1 f2        | rewrite f3            | passes
            files f1 f2      | rewrite f1 f2        | rewrite f1            | concurrent-delete-read
            files f1         | add a 1-9            | remove f1             | concurrent-delete-read
            files f1         | add a 1-9            | add a 1-9             | passes

            # nothing that was read, but the same file is rewritten
            nothing          | remove f1            | remove f1             | concurrent-delete-delete
            nothing          | remove f1            | remove f2             | passes
            nothing          | vector f1            | vector f1             | concurrent-delete-delete
            nothing          | vector f1            | remove f1             | concurrent-delete-delete
            nothing          | remove f1            | vector f1             | concurrent-delete-delete
            nothing          | rewrite f1           | rewrite f1            | concurrent-delete-delete
            files f2         | remove f1            | remove f1             | concurrent-delete-delete

            # rewriting without changing rows needs no rows that came meanwhile
            table            | rewrite f1           | add a 1-9             | passes
            rows p=a         | rewrite f1           | add a 1-9             | passes
            table            | rewrite f1           | remove f3             | concurrent-delete-read
            rows p=a         | rewrite f1           | remove f3             | passes
            rows p=a         | rewrite f1; set x.y=1 | add a 1-9            | concurrent-append
            rows p=a         | rewrite f1; cdc      | add a 1-9             | concurrent-append

            # protocol
            nothing          | add a 1-9            | protocol +deletionVectors   | passes
            table            | remove f1            | protocol +deletionVectors   | passes
            nothing          | add a 1-9            | protocol +rowTracking       | passes
            nothing          | add a 1-9            | protocol +inCommitTimestamp | passes
            nothing          | add a 1-9            | protocol +v2Checkpoint      | passes
            nothing          | add a 1-9            | protocol +columnMapping     | passes
            nothing          | add a 1-9            | protocol +changeDataFeed    | passes
            nothing          | add a 1-9            | protocol +checkConstraints  | protocol-changed
            nothing          | add a 1-9            | protocol +generatedColumns  | protocol-changed
            nothing          | add a 1-9            | protocol +icebergCompatV2   | protocol-changed
            nothing          | add a 1-9            | protocol +unheardOf         | protocol-changed
            nothing          | add a 1-9            | protocol -appendOnly        | protocol-changed
            nothing          | add a 1-9            | protocol same               | passes
            nothing          | protocol +v2Checkpoint | protocol +deletionVectors | protocol-changed
            nothing          | protocol +v2Checkpoint | protocol same            | protocol-changed
            nothing          | set a.b=1            | protocol +deletionVectors   | protocol-changed
            table            | remove f1            | protocol +checkConstraints; add a 1-9 | protocol-changed
            nothing          | protocol +v2Checkpoint | add a 1-9               | passes
            table            | protocol +checkConstraints; set delta.constraints.c=x | add a 1-9 | concurrent-append

            # metadata
            nothing          | add a 1-9            | metadata same               | passes
            table            | remove f1            | metadata same               | passes
            nothing          | set a.b=1            | metadata same               | metadata-changed
            nothing          | set a.b=1            | set c.d=1                   | metadata-changed
            nothing          | set a.b=1            | add a 1-9                   | passes
            nothing          | set a.b=1            | remove f1                   | passes
            nothing          | add a 1-9            | set delta.checkpointInterval=7 | passes
            table            | remove f1            | set delta.logRetentionDuration=interval 1 day | passes
            table            | remove f1            | set delta.deletedFileRetentionDuration=interval 1 day | passes
            table            | remove f1            | set delta.checkpointPolicy=v2 | passes
            table            | remove f1            | set delta.enableDeletionVectors=true | passes
            table            | remove f1            | set delta.enableDeletionVectors=false | metadata-changed
            nothing          | add a 1-9            | set delta.enableInCommitTimestamps=true | passes
            table            | remove f1            | set delta.enableInCommitTimestamps=true | passes
            table            | remove f1            | set delta.enableInCommitTimestamps=false | metadata-changed
            nothing          | add a 1-9            | set delta.enableRowTracking=true | passes
            table            | remove f1            | set delta.enableRowTracking=true | metadata-changed
            nothing          | add a 1-9            | set delta.enableRowTracking=false | metadata-changed
            nothing          | add a 1-9            | set delta.enableChangeDataFeed=true | metadata-changed
            table            | remove f1            | set delta.enableChangeDataFeed=true | metadata-changed
            nothing          | add a 1-9            | set delta.appendOnly=true      | metadata-changed
            table            | remove f1            | set delta.appendOnly=true      | metadata-changed
            nothing          | add a 1-9            | set delta.constraints.c=id > 0 | metadata-changed
            nothing          | add a 1-9            | set some.key=1                 | metadata-changed
            nothing          | add a 1-9            | unset was.set                  | metadata-changed
            nothing          | add a 1-9            | unset delta.checkpointInterval | passes
            nothing          | add a 1-9            | map columns                    | passes
            table            | remove f1            | map columns                    | metadata-changed
            nothing          | add a 1-9            | identity mark                  | passes
            table            | remove f1            | identity mark                  | passes
            nothing          | identity mark        | identity mark                  | metadata-changed
            nothing          | add a 1-9            | schema comment                 | metadata-changed
            nothing          | add a 1-9            | schema type                    | metadata-changed
            nothing          | add a 1-9            | schema not-null                | metadata-changed
            nothing          | add a 1-9            | schema partitions              | metadata-changed
            nothing          | add a 1-9            | schema id                      | metadata-changed

            # domain metadata
            nothing          | domain mine          | domain mine           | metadata-changed
            nothing          | domain mine          | domain other          | passes
            nothing          | domain mine          | drop-domain mine      | metadata-changed
            nothing          | drop-domain mine     | domain mine           | metadata-changed
            nothing          | add a 1-9; domain delta.rowTracking | domain delta.rowTracking | passes
            nothing          | domain delta.clustering | domain delta.clustering | metadata-changed
            nothing          | add a 1-9            | domain delta.clustering | passes

            # the first rule that speaks decides
            table            | remove f1; txn app   | protocol +checkConstraints; schema +column; txn app; add a 1-9; remove f1 | protocol-changed
            table            | remove f1; txn app   | schema +column; txn app; add a 1-9; remove f1   | metadata-changed
            table            | remove f1; domain mine; txn app | domain mine; txn app; add a 1-9       | metadata-changed
            table            | remove f1; txn app   | txn app; add a 1-9; remove f1                   | concurrent-transaction
            table            | remove f1; txn app   | add a 1-9; remove f1                            | concurrent-append
            table            | remove f1; txn app   | remove f1                                       | concurrent-delete-read
            rows p=b         | remove f1            | remove f1                                       | concurrent-delete-delete
            table            | remove f1            | own                                             | ours
            """;

    private static ConflictCase.Table table;

    @BeforeAll
    static void table(@TempDir Path root) {
        table = ConflictCase.Table.in(new TestTables(root));
    }

    static Stream<String> cases() {
        return CASES.lines().filter(line -> !line.isBlank() && !line.startsWith("#"));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void of_each_pair_of_commits(String line) {
        String[] words = line.split("\\|");
        List<Read> reads = ConflictCase.reads(words[0].strip());
        List<Action> ours = table.actions(words[1].strip());
        boolean own = words[2].strip().equals("own");
        List<Action> theirs = own ? List.of() : table.actions(words[2].strip());
        Attempt attempt = new Attempt("ours", table.snapshot(), reads, ours);
        Verdict verdict = ConflictRules.judge(attempt, entry(own ? "ours" : "theirs", theirs));
        assertThat(ConflictCase.text(verdict, 7)).isEqualTo(words[3].strip());
    }

    @Test
    void there_are_more_than_a_hundred_cases() {
        assertThat(cases()).hasSizeGreaterThan(150).doesNotHaveDuplicates();
    }

    @Test
    void a_commit_without_provenance_is_judged_by_its_actions() {
        Attempt attempt = new Attempt("ours", table.snapshot(), List.of(new Read.WholeTable()), List.of());
        LogEntry bare = new LogEntry(7, Instant.EPOCH, table.actions("add a 1-9"));
        assertThat(ConflictCase.text(ConflictRules.judge(attempt, bare), 7)).isEqualTo("concurrent-append");
    }

    private static LogEntry entry(String txnId, List<Action> actions) {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("operation", "WRITE");
        info.put("txnId", txnId);
        List<Action> all = new ArrayList<>();
        all.add(new Action.CommitInfo(info));
        all.addAll(actions);
        return new LogEntry(7, Instant.EPOCH, all);
    }
}
