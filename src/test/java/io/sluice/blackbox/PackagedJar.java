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
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The packaged jar in a process of its own, as a user starts it.
record PackagedJar(Process process, URI base) implements RunningSluice.Service {

    private static final Pattern READY = Pattern.compile("Sluice is ready at (http://\\S+)");

    static PackagedJar start(Path jar, Map<String, String> settings) {
        var command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-jar", jar.toString()));
        settings.forEach((name, value) -> command.add("--" + name + "=" + value));
        command.add("--logging.level.io.sluice=INFO");
        try {
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().putAll(S3Proxy.environment());
            Process process = builder.start();
            return new PackagedJar(process, awaitReady(process));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static URI awaitReady(Process process) throws IOException {
        BufferedReader output = process.inputReader();
        var seen = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            seen.append(line).append('\n');
            Matcher ready = READY.matcher(line);
            if (ready.find()) {
                Thread.ofVirtual().start(() -> output.lines().forEach(System.out::println));
                return URI.create(ready.group(1));
            }
        }
        throw new IllegalStateException("the jar ended before it was ready:\n" + seen);
    }

    @Override
    public void close() {
        process.destroy();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
