package io.sluice.storage.s3;

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
    static final ExecutionAttribute<Transmission> ATTRIBUTE = new ExecutionAttribute<>("SluiceTransmission");

    private volatile State state = State.NOT_STARTED;

    State state() {
        return state;
    }

    static final class Interceptor implements ExecutionInterceptor {
        @Override
        public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
            attributes.getOptionalAttribute(ATTRIBUTE).ifPresent(transmission -> transmission.state = State.STARTED);
        }
    }
}
