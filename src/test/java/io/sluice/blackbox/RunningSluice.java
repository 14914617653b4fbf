package io.sluice.blackbox;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/// A Sluice that serves a directory or a bucket, on a port of its own: in this JVM, or from the packaged jar where the
/// system property `sluice.jar` names it.
final class RunningSluice implements AutoCloseable {

    private static final Map<String, String> QUIET = Map.of("server.port", "0", "logging.level.root", "WARN");

    private final Service service;
    private final Path root;

    /// What runs, wherever it runs.
    interface Service extends AutoCloseable {
        URI base();

        @Override
        void close();
    }

    private RunningSluice(Service service, Path root) {
        this.service = service;
        this.root = root;
    }

    /// The one that most tests share, with its own temporary root; it lives as long as the JVM.
    static RunningSluice shared() {
        return Shared.SLUICE;
    }

    /// @param root where its tables lie
    /// @param settings Spring properties beyond the root
    static RunningSluice start(Path root, Map<String, String> settings) {
        var all = new LinkedHashMap<>(QUIET);
        all.put("sluice.root", root.toString());
        all.putAll(settings);
        String jar = System.getProperty("sluice.jar", "");
        return new RunningSluice(jar.isEmpty() ? InProcess.start(all) : PackagedJar.start(Path.of(jar), all), root);
    }

    /// In this JVM in any case, with configuration that replaces parts of the application.
    static RunningSluice startWith(Path root, Class<?> configuration) {
        return startWith(root, configuration, Map.of());
    }

    static RunningSluice startWith(Path root, Class<?> configuration, Map<String, String> settings) {
        var all = new LinkedHashMap<>(QUIET);
        all.put("sluice.root", root.toString());
        all.putAll(settings);
        return new RunningSluice(InProcess.start(all, configuration), root);
    }

    URI base() {
        return service.base();
    }

    /// The local directory of its tables.
    Path root() {
        return root;
    }

    Path tableDirectory(String schema, String table) {
        return root.resolve(schema).resolve(table);
    }

    Call get(String path) {
        return new Call(base(), "GET", path);
    }

    Call post(String path) {
        return new Call(base(), "POST", path);
    }

    Call delete(String path) {
        return new Call(base(), "DELETE", path);
    }

    Call call(String method, String path) {
        return new Call(base(), method, path);
    }

    @Override
    public void close() {
        service.close();
    }

    private static final class Shared {
        static final RunningSluice SLUICE = start();

        private static RunningSluice start() {
            try {
                var sluice = RunningSluice.start(Files.createTempDirectory("sluice-blackbox"), Map.of());
                Runtime.getRuntime().addShutdownHook(new Thread(() -> Trees.delete(sluice.root())));
                return sluice;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
