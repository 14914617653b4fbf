package io.sluice.commit.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.commit.FaultyStorage;
import io.sluice.commit.FaultyStorage.Fault;
import io.sluice.commit.ManualTime;
import io.sluice.commit.log.LogPut.Result;
import io.sluice.delta.Action;
import io.sluice.delta.LogEntryCodec;
import io.sluice.storage.Location;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogPutTest {

    private static final String OURS = "11111111-2222-3333-4444-555555555555";

    private final ManualTime time = new ManualTime();
    private final LogPut logPut =
            new LogPut(time, time, new FullJitter(new Random(7), Duration.ofMillis(10), Duration.ofSeconds(1)));
    private final Instant deadline = time.instant().plusSeconds(30);
    private FaultyStorage storage;
    private Location file;

    @BeforeEach
    void storage(@TempDir Path root) {
        Storages storages = new Storages(StorageProperties.ofRoot(root.toString()));
        storage = new FaultyStorage(storages.of(storages.root()));
        file = LogFile.of(storages.root().resolve("default/t"), 3);
    }

    @Test
    void an_entry_that_the_store_confirms_is_won_at_once() {
        assertThat(put()).isInstanceOf(Result.Won.class);
        assertThat(storage.puts()).isEqualTo(1);
    }

    @Test
    void a_lost_answer_is_settled_by_reading_the_entry_back() throws IOException {
        storage.nextFaults(Fault.ANSWER_LOST);
        assertThat(put()).isInstanceOf(Result.Won.class);
        assertThat(storage.puts()).isEqualTo(1);
        assertThat(storage.read(file)).isEqualTo(entry(OURS));
    }

    @Test
    void an_entry_that_a_hidden_retry_found_to_exist_is_recognised_as_ours() {
        storage.nextFaults(Fault.ANSWER_LOST_AND_RETRIED);
        assertThat(put()).isInstanceOf(Result.Won.class);
    }

    @Test
    void an_entry_that_may_be_ours_is_not_given_up_because_a_later_put_is_refused() {
        storage.nextFaults(Fault.ANSWER_LOST_AND_RETRIED, Fault.REFUSED);
        storage.failReads(1);
        assertThat(put()).isInstanceOf(Result.Won.class);
    }

    @Test
    void a_put_that_never_arrived_is_put_again() {
        storage.nextFaults(Fault.PUT_LOST, Fault.PUT_LOST);
        assertThat(put()).isInstanceOf(Result.Won.class);
        assertThat(storage.puts()).isEqualTo(3);
    }

    @Test
    void a_late_put_can_only_create_our_own_bytes() throws IOException {
        storage.nextFaults(Fault.PUT_LATE);
        assertThat(put()).isInstanceOf(Result.Won.class);
        storage.releaseLatePuts();
        assertThat(storage.read(file)).isEqualTo(entry(OURS));
    }

    @Test
    void silence_until_the_deadline_is_unknown_and_never_refused() {
        storage.faults(_ -> Fault.PUT_LATE);
        assertThat(put()).isInstanceOf(Result.Unknown.class);
        assertThat(time.instant()).isAfterOrEqualTo(deadline);
    }

    @Test
    void a_refusal_is_not_believed_while_an_earlier_put_may_take_effect() {
        storage.nextFaults(Fault.ANSWER_LOST, Fault.REFUSED);
        storage.failReads(1);
        assertThat(put()).isInstanceOf(Result.Won.class);
    }

    @Test
    void a_refusal_of_the_only_put_is_final() {
        storage.nextFaults(Fault.REFUSED);
        assertThat(put()).isInstanceOf(Result.Refused.class);
        assertThat(storage.puts()).isEqualTo(1);
    }

    @Test
    void an_entry_that_cannot_be_read_back_is_asked_for_again() {
        storage.nextFaults(Fault.ANSWER_LOST);
        storage.failReads(3);
        assertThat(put()).isInstanceOf(Result.Won.class);
    }

    @Test
    void an_entry_that_is_there_is_won_only_when_it_is_durable() {
        storage.nextFaults(Fault.ANSWER_LOST);
        storage.failMakingDurable(3);
        assertThat(put()).isInstanceOf(Result.Won.class);
        assertThat(storage.madeDurable()).isEqualTo(1);
    }

    @Test
    void an_entry_that_never_becomes_durable_is_unknown() {
        storage.nextFaults(Fault.ANSWER_LOST);
        storage.failMakingDurable(Integer.MAX_VALUE);
        assertThat(put()).isInstanceOf(Result.Unknown.class);
        assertThat(time.instant()).isAfterOrEqualTo(deadline);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"commitInfo\":{\"txnId\":\"another\"}}\n",
                "{\"commitInfo\":{\"timestamp\":1}}\n",
                "{\"protocol\":{\"minReaderVersion\":1,\"minWriterVersion\":2}}\n",
                "not JSON at all\n"
            })
    void another_writers_entry_means_that_the_race_is_lost(String foreign) {
        storage.beforeNextPut(version -> storage.putIfAbsent(version, foreign.getBytes(StandardCharsets.UTF_8)));
        assertThat(put()).isInstanceOf(Result.Lost.class);
    }

    @Test
    void an_empty_entry_is_nobodys_and_stays_undecided() throws IOException {
        storage.put(file, new byte[0]);
        assertThat(put()).isInstanceOf(Result.Unknown.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void whatever_the_store_does_won_means_there_and_lost_means_not_there(long seed) throws IOException {
        Random random = new Random(seed);
        Fault[] kinds = Fault.values();
        storage.faults(_ -> random.nextInt(3) == 0 ? Fault.NONE : kinds[random.nextInt(kinds.length)]);
        storage.failReads(random.nextInt(5));
        Result result = put();
        storage.faults(_ -> Fault.NONE);
        storage.releaseLatePuts();
        boolean there = storage.find(file).isPresent();
        switch (result) {
            case Result.Won _ -> assertThat(storage.read(file)).isEqualTo(entry(OURS));
            case Result.Refused _ -> assertThat(there).isFalse();
            case Result.Lost _ -> throw new AssertionError("there was no rival");
            case Result.Unknown _ -> assertThat(time.instant()).isAfterOrEqualTo(deadline);
        }
    }

    private Result put() {
        return logPut.put(storage, file, 3, entry(OURS), OURS, deadline);
    }

    private static byte[] entry(String txnId) {
        return LogEntryCodec.encode(List.of(new Action.CommitInfo(Map.of("operation", "WRITE", "txnId", txnId))));
    }
}
