package io.sluice.server;

import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The clock that everything is given; tests give another one.
@Configuration(proxyBeanMethods = false)
class SystemTime {

    @Bean
    Clock clock() {
        return Clock.systemUTC();
    }
}
