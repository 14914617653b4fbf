package io.sluice.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.Random;
import org.junit.jupiter.api.Test;

/// How slowly a body may come.
class WireBodyTest {

    private static final WireBody.Bounds BOUNDS = new WireBody.Bounds(1 << 20, Duration.ofMinutes(5), 100);

    private static final class SetClock extends Clock {

        private Instant now = Instant.EPOCH;

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }

        @Override
        public Instant instant() {
            return now;
        }
    }

    /// A body of which each read gives some bytes after some time.
    private static InputStream sender(SetClock clock, int total, int bytesPerRead, Duration pause) {
        return new InputStream() {

            private final InputStream bytes = new ByteArrayInputStream(new byte[total]);

            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                clock.now = clock.now.plus(pause);
                return bytes.read(target, offset, Math.min(length, bytesPerRead));
            }
        };
    }

    private static Failure failure(InputStream sender, SetClock clock) throws InterruptedException {
        try (var ticket = new Admission(1, 0, 1 << 20, new Random(1)).enter(0)) {
            var body = new WireBody(sender, BOUNDS, clock, ticket);
            var thrown = new FailureException[1];
            assertThatThrownBy(body::readAllBytes).isInstanceOfSatisfying(FailureException.class, e -> thrown[0] = e);
            assertThat(Duration.between(Instant.EPOCH, clock.now)).isLessThan(Duration.ofMinutes(6));
            return thrown[0].failure();
        }
    }

    private static int length(InputStream sender, SetClock clock) throws Exception {
        try (var ticket = new Admission(1, 0, 1 << 20, new Random(1)).enter(0)) {
            return new WireBody(sender, BOUNDS, clock, ticket).readAllBytes().length;
        }
    }

    @Test
    void a_body_that_dribbles_is_refused_long_before_its_time_is_over() throws Exception {
        var clock = new SetClock();

        assertThat(failure(sender(clock, 10_000, 1, Duration.ofMillis(100)), clock))
                .isEqualTo(new Failure.BodyDribbles(100));
        assertThat(clock.now).isEqualTo(Instant.EPOCH.plusSeconds(10));
    }

    @Test
    void a_fast_beginning_does_not_pay_for_a_slow_end() throws Exception {
        var clock = new SetClock();
        InputStream fast = sender(clock, 500_000, 8192, Duration.ofMillis(1));
        InputStream slow = sender(clock, 10_000, 1, Duration.ofMillis(100));

        assertThat(failure(new java.io.SequenceInputStream(fast, slow), clock))
                .isEqualTo(new Failure.BodyDribbles(100));
    }

    @Test
    void a_sender_that_keeps_the_pace_may_take_its_time() throws Exception {
        var clock = new SetClock();

        assertThat(length(sender(clock, 20_000, 10, Duration.ofMillis(99)), clock))
                .isEqualTo(20_000);
    }

    @Test
    void only_the_time_that_the_service_waits_counts() throws Exception {
        var clock = new SetClock();
        try (var ticket = new Admission(1, 0, 1 << 20, new Random(1)).enter(0)) {
            var body = new WireBody(sender(clock, 100, 10, Duration.ofMillis(1)), BOUNDS, clock, ticket);
            for (int i = 0; i < 10; i++) {
                assertThat(body.readNBytes(10)).hasSize(10);
                clock.now = clock.now.plusSeconds(20);
            }
        }
    }

    @Test
    void the_whole_body_has_a_deadline_too() throws Exception {
        var clock = new SetClock();

        assertThat(failure(sender(clock, 100_000, 10, Duration.ofMillis(99)), clock))
                .isEqualTo(new Failure.RequestTooSlow(Duration.ofMinutes(5)));
    }
}
