package io.sluice;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/// Delta Lake tables over HTTP.
@SpringBootApplication
@ConfigurationPropertiesScan
public class SluiceApplication {

    public static void main(String[] arguments) {
        // Netty gives up Unsafe on this JVM unless asked before its first class loads, and Arrow's allocator needs it.
        System.setProperty("io.netty.noUnsafe", "false");
        SpringApplication.run(SluiceApplication.class, arguments);
    }
}
