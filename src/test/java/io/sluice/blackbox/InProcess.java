package io.sluice.blackbox;

import static java.util.Objects.requireNonNull;

import io.sluice.SluiceApplication;
import java.net.URI;
import java.util.Map;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// The application in this JVM.
record InProcess(ConfigurableApplicationContext context, URI base) implements RunningSluice.Service {

    /// @param more configuration beyond the application's
    static InProcess start(Map<String, String> settings, Class<?>... more) {
        System.setProperty("io.netty.noUnsafe", "false");
        String[] arguments = settings.entrySet().stream()
                .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
                .toArray(String[]::new);
        ConfigurableApplicationContext context = new SpringApplicationBuilder(SluiceApplication.class)
                .sources(more)
                .properties("spring.main.allow-bean-definition-overriding=" + (more.length > 0))
                .run(arguments);
        String port = requireNonNull(context.getEnvironment().getProperty("local.server.port"));
        return new InProcess(context, URI.create("http://127.0.0.1:" + port));
    }

    @Override
    public void close() {
        context.close();
    }
}
