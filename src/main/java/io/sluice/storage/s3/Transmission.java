package io.sluice.storage.s3;

import java.util.concurrent.atomic.AtomicReference;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttribute;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;

/// Whether a request came as far as the network. One that did not (no credentials, say) has no effect.
final class Transmission {

    enum State {
        NOT_STARTED,
        STARTED
    }

    /// Brought along by a request that wants to know.
    static final ExecutionAttribute<AtomicReference<State>> STATE = new ExecutionAttribute<>("SluiceTransmission");

    private Transmission() {}

    static final class Interceptor implements ExecutionInterceptor {
        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            AtomicReference<State> state = attributes.getAttribute(STATE);
            if (state != null) {
                state.set(State.STARTED);
            }
        }
    }
}
