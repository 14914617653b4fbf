package io.sluice.server;

import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.tomcat.TomcatWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/// Breaks connections on which an answer waits for its client longer than `sluice.limits.answer-grace`.
@Component
final class StallingReaders implements WebServerFactoryCustomizer<TomcatWebServerFactory> {

    private final Duration grace;

    StallingReaders(@Value("${sluice.limits.answer-grace:60s}") Duration grace) {
        this.grace = grace;
    }

    @Override
    public void customize(TomcatWebServerFactory factory) {
        factory.setProtocol(ImpatientProtocol.class.getName());
        factory.addConnectorCustomizers(
                connector -> connector.setProperty("writeTimeout", Long.toString(grace.toMillis())));
    }
}
