package io.sluice.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.commit.ManualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/// An operation that others may take for dead does nothing more.
class OwnOperationTest {

    private static final Duration SILENCE = Duration.ofSeconds(30);

    private final ManualTime time = new ManualTime();
    private final OwnOperation operation =
            new OwnOperation(Operation.queued("0", "vacuum", "a.b", Trigger.REQUEST, time.instant()), SILENCE, time);

    @Test
    void one_that_is_heard_of_goes_on() {
        for (int i = 0; i < 10; i++) {
            time.sleep(SILENCE);
            assertThatCode(operation::stopHere).doesNotThrowAnyException();
            operation.saved(time.instant());
        }
    }

    @Test
    void one_whose_signs_of_life_do_not_arrive_stops_before_it_is_taken_for_dead() {
        time.sleep(SILENCE.plusMillis(1));

        assertThatThrownBy(operation::stopHere).isInstanceOf(OperationStoppedException.class);
        assertThat(operation.stop()).isEqualTo(OwnOperation.Stop.UNHEARD);
    }

    @Test
    void a_late_sign_of_life_makes_up_for_nothing() {
        time.sleep(SILENCE.plusMillis(1));
        operation.saved(time.instant());

        assertThatThrownBy(operation::stopHere).isInstanceOf(OperationStoppedException.class);
    }

    @Test
    void one_that_was_cancelled_before_stays_cancelled() {
        operation.stop(OwnOperation.Stop.CANCELLED);
        time.sleep(SILENCE.multipliedBy(2));

        assertThatThrownBy(operation::stopHere).isInstanceOf(OperationStoppedException.class);
        assertThat(operation.stop()).isEqualTo(OwnOperation.Stop.CANCELLED);
    }

    @Test
    void one_that_was_cancelled_before_its_turn_never_begins() {
        operation.cancel();

        assertThat(operation.current().state()).isEqualTo(OperationState.CANCELLED);
        assertThatThrownBy(operation::begin).isInstanceOf(OperationStoppedException.class);
    }

    @Test
    void one_that_is_cancelled_at_its_work_has_not_ended_before_it_stops() {
        operation.begin();
        operation.cancel();

        assertThat(operation.current().state()).isEqualTo(OperationState.RUNNING);
        assertThatThrownBy(operation::stopHere).isInstanceOf(OperationStoppedException.class);
    }
}
