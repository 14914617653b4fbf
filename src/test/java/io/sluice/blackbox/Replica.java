package io.sluice.blackbox;

import io.sluice.storage.S3Proxy;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A Sluice in a process of its own, that can be killed: the packaged jar where the system property `sluice.jar` names
/// it, else the classes of this build.
final class Replica implements AutoCloseable {

    private static final Pattern READY = Pattern.compile("Sluice is ready at (http://\\S+)");

    private final Process process;
    private final CompletableFuture<URI> base = new CompletableFuture<>();
    private final StringBuilder output = new StringBuilder();

    private Replica(Process process) {
        this.process = process;
        Thread.ofVirtual().start(this::listen);
    }

    /// Begins to start one; [#base()] waits for it.
    ///
    /// @param settings Spring properties
    static Replica start(Map<String, String> settings) {
        return within(List.of(), settings);
    }

    /// One that another program starts, which becomes it.
    ///
    /// @param program and its arguments before the command
    static Replica within(List<String> program, Map<String, String> settings) {
        String jar = System.getProperty("sluice.jar", "");
        return start(
                program,
                settings,
                jar.isEmpty() ? classes("io.sluice.SluiceApplication", List.of()) : List.of("-jar", jar));
    }

    /// One that dies at a point by itself, the n-th time that it comes there.
    static Replica mortal(Map<String, String> settings, CrashPoint point, int occurrence) {
        return start(
                List.of(),
                settings,
                classes(
                        MortalSluice.class.getName(),
                        List.of(
                                "-D" + CrashPoint.PROPERTY + "=" + point,
                                "-D" + CrashPoint.OCCURRENCE + "=" + occurrence)));
    }

    private static List<String> classes(String main, List<String> properties) {
        var arguments = new ArrayList<>(List.of(
                "--add-opens=java.base/java.nio=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path")));
        arguments.addAll(properties);
        arguments.add(main);
        return arguments;
    }

    private static Replica start(List<String> before, Map<String, String> settings, List<String> program) {
        var command = new ArrayList<>(before);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xshare:auto",
                "-Xmx384m"));
        command.addAll(program);
        settings.forEach((name, value) -> command.add("--" + name + "=" + value));
        command.addAll(List.of(
                "--server.port=0",
                "--spring.main.banner-mode=off",
                "--logging.level.root=ERROR",
                "--logging.level.io.sluice.server=INFO"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().putAll(S3Proxy.environment());
        try {
            Process process = builder.start();
            Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
            return new Replica(process);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Says where it serves, or that it never will.
    private void listen() {
        try (BufferedReader lines = process.inputReader()) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                synchronized (output) {
                    output.append(line).append('\n');
                }
                Matcher ready = READY.matcher(line);
                if (ready.find()) {
                    base.complete(URI.create(ready.group(1)));
                }
            }
        } catch (IOException killed) {
            // Its output ends with it.
        }
        base.completeExceptionally(new IllegalStateException("it ended before it was ready:\n" + output()));
    }

    /// Waits until it serves.
    URI base() {
        return base.join();
    }

    boolean hasServed() {
        return base.isDone() && !base.isCompletedExceptionally();
    }

    void onReady(Runnable then) {
        base.thenRun(then);
    }

    /// Where it serves, when it does.
    Optional<URI> ready() {
        return base.isDone() && !base.isCompletedExceptionally() && process.isAlive()
                ? Optional.of(base.join())
                : Optional.empty();
    }

    long pid() {
        return process.pid();
    }

    /// All that it printed, its log among it.
    String output() {
        synchronized (output) {
            return output.toString();
        }
    }

    CompletableFuture<Process> onExit() {
        return process.onExit();
    }

    /// SIGKILL.
    void kill() {
        process.destroyForcibly();
    }

    /// SIGTERM.
    void terminate() {
        process.destroy();
    }

    /// Waits for its end.
    int exitCode() {
        return process.onExit().join().exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
    }
}
