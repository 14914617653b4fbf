package io.sluice.server;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/// Breaks connections on which an answer waits for its client longer than `sluice.limits.answer-grace`, or a request's
/// head, or its body after the answer, takes longer than `sluice.limits.head-time`.
@Component
final class StallingClients implements WebServerFactoryCustomizer<TomcatWebServerFactory> {

    private final Duration grace;
    private final Duration headTime;

    StallingClients(
            @Value("${sluice.limits.answer-grace:60s}") Duration grace,
            @Value("${sluice.limits.head-time:30s}") Duration headTime) {
        this.grace = grace;
        this.headTime = headTime;
    }

    @Override
    public void customize(TomcatWebServerFactory factory) {
        factory.setProtocol(ImpatientProtocol.class.getName());
        factory.addConnectorCustomizers(connector -> {
            connector.setProperty("writeTimeout", Long.toString(grace.toMillis()));
            connector.setProperty("headTimeout", Long.toString(headTime.toMillis()));
        });
    }
}
