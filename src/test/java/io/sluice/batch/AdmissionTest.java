package io.sluice.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    private static Admission admission(int places, int waiting) {
        return new Admission(places, waiting, 100, new Random(5));
    }

    private static Failure.Overloaded refusal(Admission admission, long bytes) {
        FailureException refused = catchThrowableOfType(FailureException.class, () -> admission.enter(bytes));
        return (Failure.Overloaded) refused.failure();
    }

    @Test
    void who_finds_too_many_waiting_is_refused_at_once_and_told_when_to_come_again() throws Exception {
        Admission admission = admission(1, 0);
        try (Admission.Ticket _ = admission.enter(0)) {
            Failure.Overloaded refused = refusal(admission, 0);
            assertThat(refused.limit()).isEqualTo("sluice.limits.waiting-ingests");
            assertThat(refused.retryAfter()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(5));
        }
        admission.enter(0).close();
    }

    @Test
    void many_that_are_refused_are_not_told_to_come_at_the_same_time() throws Exception {
        Admission admission = admission(1, 0);
        try (Admission.Ticket _ = admission.enter(0)) {
            List<Duration> times = new ArrayList<>();
            for (int client = 0; client < 20; client++) {
                times.add(refusal(admission, 0).retryAfter());
            }
            assertThat(times).doesNotHaveDuplicates();
        }
    }

    @Test
    void who_waits_gets_a_place_in_the_order_of_coming() throws Exception {
        Admission admission = admission(1, 3);
        List<Integer> served = Collections.synchronizedList(new ArrayList<>());
        List<Thread> clients = new ArrayList<>();
        try (Admission.Ticket _ = admission.enter(0)) {
            for (int client = 0; client < 3; client++) {
                int number = client;
                Thread thread = Thread.ofPlatform().start(() -> {
                    try (Admission.Ticket _ = admission.enter(0)) {
                        served.add(number);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                clients.add(thread);
                while (admission.waiting() <= client) {
                    Thread.onSpinWait();
                }
            }
        }
        for (Thread client : clients) {
            client.join();
        }
        assertThat(served).containsExactly(0, 1, 2);
    }

    @Test
    void bytes_that_are_announced_are_bounded_together_and_given_back() throws Exception {
        Admission admission = admission(3, 3);
        try (Admission.Ticket _ = admission.enter(60)) {
            assertThat(refusal(admission, 50).limit()).isEqualTo("sluice.limits.bytes-in-flight");
            admission.enter(40).close();
        }
        admission.enter(100).close();
        FailureException never = catchThrowableOfType(FailureException.class, () -> admission.enter(101));
        assertThat(never.failure()).isInstanceOf(Failure.TooLarge.class);
    }
}
