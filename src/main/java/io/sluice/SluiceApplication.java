package io.sluice;

import io.sluice.access.NewKey;
import java.time.Clock;
import java.util.List;
import org.springframework.aot.AotDetector;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.event.ApplicationStartedEvent;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.ApplicationListener;
import org.springframework.context.annotation.FullyQualifiedAnnotationBeanNameGenerator;
import org.springframework.core.SpringProperties;

/// Delta Lake tables over HTTP. Beans have their classes' full names, so that two features may each have a
/// `RowsController`.
@SpringBootApplication(nameGenerator = FullyQualifiedAnnotationBeanNameGenerator.class)
@ConfigurationPropertiesScan
public class SluiceApplication {

    public static void main(String[] arguments) {
        if (arguments.length > 0 && arguments[0].equals(NewKey.COMMAND)) {
            System.exit(NewKey.run(List.of(arguments), System.out, System.err, Clock.systemUTC()));
        }
        if (SettledBeans.fit(List.of(arguments))) {
            SpringProperties.setFlag(AotDetector.AOT_ENABLED);
        }
        settleLibraries();
        var application = new SpringApplication(SluiceApplication.class);
        application.addListeners(new EndWithZero());
        application.run(arguments);
    }

    /// What libraries ask for once, before their first classes load.
    private static void settleLibraries() {
        // Netty gives up Unsafe on this JVM unless asked, and Arrow's allocator needs it.
        System.setProperty("io.netty.noUnsafe", "false");
        // A start has two cores and its own work for both: no flight recorder for Netty's events, no thread that
        // makes ready what Spring might use, no search for a logging library in every jar.
        setDefault("io.netty.jfr.enabled", "false");
        setDefault("spring.backgroundpreinitializer.ignore", "true");
        setDefault("org.apache.commons.logging.LogFactory", "org.apache.commons.logging.impl.Slf4jLogFactory");
    }

    private static void setDefault(String property, String value) {
        if (System.getProperty(property) == null) {
            System.setProperty(property, value);
        }
    }

    /// A JVM that a signal ended reports 128 + the signal. Here it means a stop in good order: Spring calls the
    /// handler when requests are drained and everything is closed. A start that failed does not get here and ends
    /// with 1.
    private static final class EndWithZero implements ApplicationListener<ApplicationStartedEvent> {

        @Override
        public void onApplicationEvent(ApplicationStartedEvent event) {
            SpringApplication.getShutdownHandlers().add(() -> {
                System.out.flush();
                Runtime.getRuntime().halt(0);
            });
        }
    }
}
