package io.sluice.blackbox;

import io.sluice.SluiceApplication;
import io.sluice.storage.Location;
import io.sluice.storage.Storage;
import io.sluice.storage.StorageProperties;
import io.sluice.storage.Storages;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;

/// The service on a storage, and with answers, in the midst of which it dies without a trace: at the [CrashPoint] and
/// the occurrence of it that system properties name.
final class MortalSluice {

    private MortalSluice() {}

    public static void main(String[] arguments) {
        System.setProperty("io.netty.noUnsafe", "false");
        new SpringApplicationBuilder(SluiceApplication.class, Mortality.class)
                .properties("spring.main.allow-bean-definition-overriding=true")
                .run(arguments);
    }

    /// Counts down to the end.
    static final class Fate {

        private final CrashPoint point = CrashPoint.valueOf(System.getProperty(CrashPoint.PROPERTY));
        private final AtomicInteger left = new AtomicInteger(Integer.getInteger(CrashPoint.OCCURRENCE, 1));

        /// Whether this is the moment.
        boolean hasCome(CrashPoint here) {
            return here == point && left.decrementAndGet() == 0;
        }

        void meet(CrashPoint here) {
            if (hasCome(here)) {
                end();
            }
        }

        static void end() {
            Runtime.getRuntime().halt(137);
        }
    }

    /// Not a component, so that only [#main] has it.
    static class Mortality {

        private static final Fate FATE = new Fate();

        @Bean("io.sluice.storage.Storages")
        static Storages storages(StorageProperties properties) {
            return new Storages(properties) {
                @Override
                public Storage of(Location location) {
                    return new MortalStorage(super.of(location), FATE);
                }
            };
        }

        @Bean
        static FilterRegistrationBean<Filter> halfAnswers() {
            return new FilterRegistrationBean<>((request, response, chain) -> {
                boolean appends = ((HttpServletRequest) request).getRequestURI().endsWith("/rows");
                chain.doFilter(request, appends ? new HalfAnswer((HttpServletResponse) response) : response);
            });
        }

        private static final class HalfAnswer extends HttpServletResponseWrapper {

            HalfAnswer(HttpServletResponse response) {
                super(response);
            }

            @Override
            public ServletOutputStream getOutputStream() throws IOException {
                ServletOutputStream out = super.getOutputStream();
                return new ServletOutputStream() {
                    @Override
                    public boolean isReady() {
                        return out.isReady();
                    }

                    @Override
                    public void setWriteListener(WriteListener listener) {
                        out.setWriteListener(listener);
                    }

                    @Override
                    public void write(int value) throws IOException {
                        out.write(value);
                    }

                    @Override
                    public void write(byte[] bytes, int offset, int length) throws IOException {
                        if (FATE.hasCome(CrashPoint.IN_ANSWER)) {
                            out.write(bytes, offset, length / 2);
                            flushBuffer();
                            Fate.end();
                        }
                        out.write(bytes, offset, length);
                    }

                    @Override
                    public void flush() throws IOException {
                        out.flush();
                    }
                };
            }
        }
    }
}
