package io.sluice.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class AuditLogTest {

    private static final AuditSettings SETTINGS =
            new AuditSettings("", 2, Duration.ofMillis(1), Duration.ZERO, Duration.ofSeconds(10));

    private final List<AuditEntry> written = Collections.synchronizedList(new ArrayList<>());
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();

    private static AuditEntry entry(String id) {
        return new AuditEntry(
                Instant.EPOCH, id, null, null, null, "GET", "/", null, null, List.of(), null, null, 200, "ok", 0);
    }

    private AuditLog log(Writer writer) {
        return new AuditLog(
                new AuditSink() {
                    @Override
                    public void write(List<AuditEntry> entries) throws IOException {
                        writer.write(entries);
                        written.addAll(entries);
                    }

                    @Override
                    public Pace pace() {
                        return Pace.AT_ONCE;
                    }
                },
                SETTINGS,
                Clock.systemUTC(),
                meters);
    }

    private interface Writer {
        void write(List<AuditEntry> entries) throws IOException;
    }

    @Test
    void what_has_no_place_in_time_is_dropped_and_the_log_says_how_much() throws Exception {
        var writing = new CountDownLatch(1);
        var go = new CountDownLatch(1);
        try (var log = log(entries -> {
            writing.countDown();
            await(go);
        })) {
            log.add(entry("0"));
            writing.await();
            for (int i = 1; i <= 5; i++) {
                log.add(entry(Integer.toString(i)));
            }
            go.countDown();
        }

        assertThat(written).extracting(AuditEntry::requestId).containsExactly("0", "1", "2", "");
        assertThat(written.getLast().outcome()).isEqualTo("dropped");
        assertThat(written.getLast().rows()).isEqualTo(3);
        assertThat(meters.counter("sluice.audit.dropped").count()).isEqualTo(3);
    }

    private static void await(CountDownLatch latch) throws IOException {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    @Test
    void an_error_does_not_end_the_writing() throws Exception {
        var attempts = new AtomicInteger();
        try (var log = log(entries -> {
            if (attempts.incrementAndGet() == 1) {
                throw new StackOverflowError();
            }
        })) {
            log.add(entry("0"));
            log.add(entry("1"));
        }

        assertThat(written).extracting(AuditEntry::requestId).containsExactly("0", "1");
    }

    @Test
    void what_could_not_be_written_comes_again_and_once() throws Exception {
        var attempts = new AtomicInteger();
        try (var log = log(entries -> {
            if (attempts.incrementAndGet() < 3) {
                throw new IOException("no space");
            }
        })) {
            log.add(entry("0"));
        }

        assertThat(written).extracting(AuditEntry::requestId).containsExactly("0");
    }
}
