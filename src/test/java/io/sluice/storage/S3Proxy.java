package io.sluice.storage;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.util.unit.DataSize;

/// A real S3 store for tests: S3Proxy in a process of its own on a free port, objects as files below a directory.
///
/// The build puts its jar at `target/s3proxy/s3proxy.jar`. Clients in this JVM find the credentials in system
/// properties, as the AWS chain looks for them; another process gets [#environment()].
public final class S3Proxy implements AutoCloseable {

    public static final String BUCKET = "tables";
    public static final String ACCESS_KEY = "sluice";
    public static final String SECRET_KEY = "sluice-secret";

    private static final Path JAR = Path.of("target", "s3proxy", "s3proxy.jar");
    private static final Pattern LISTENS = Pattern.compile("Started .*ServerConnector.*\\{127\\.0\\.0\\.1:(\\d+)}");

    private final Process process;
    private final URI endpoint;

    private S3Proxy(Process process, URI endpoint) {
        this.process = process;
        this.endpoint = endpoint;
    }

    /// Starts it and makes the bucket [#BUCKET].
    ///
    /// @param directory where objects (and the configuration) are kept
    public static S3Proxy start(Path directory) throws IOException {
        return start(directory, "aws-v2-or-v4");
    }

    /// The same without looking at signatures, so that what stands in between may change requests.
    public static S3Proxy startTrusting(Path directory) throws IOException {
        return start(directory, "none");
    }

    private static S3Proxy start(Path directory, String authorization) throws IOException {
        if (!Files.exists(JAR)) {
            throw new IllegalStateException(
                    JAR + " is missing; `./mvnw generate-test-resources` puts it there, or dependency:copy of"
                            + " org.gaul:s3proxy:4.1.0:jar:jar-with-dependencies.");
        }
        Path data = Files.createDirectories(directory.resolve("buckets"));
        Files.createDirectories(data.resolve(BUCKET));
        Path configuration = Files.writeString(directory.resolve("s3proxy.properties"), """
                s3proxy.endpoint=http://127.0.0.1:0
                s3proxy.authorization=%s
                s3proxy.identity=%s
                s3proxy.credential=%s
                jclouds.provider=filesystem-nio2
                jclouds.filesystem.basedir=%s
                """.formatted(
                        authorization, ACCESS_KEY, SECRET_KEY, data.toAbsolutePath()));
        Process process = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-XX:TieredStopAtLevel=1",
                        "-jar",
                        JAR.toString(),
                        "--properties",
                        configuration.toString()))
                .redirectErrorStream(true)
                .start();
        Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
        System.setProperty("aws.accessKeyId", ACCESS_KEY);
        System.setProperty("aws.secretAccessKey", SECRET_KEY);
        return new S3Proxy(process, URI.create("http://127.0.0.1:" + port(process)));
    }

    private static String port(Process process) throws IOException {
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        StringBuilder said = new StringBuilder();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            said.append(line).append('\n');
            Matcher listens = LISTENS.matcher(line);
            if (listens.find()) {
                drain(output);
                return listens.group(1);
            }
        }
        throw new IOException("S3Proxy did not start:\n" + said);
    }

    private static void drain(BufferedReader output) {
        Thread.ofVirtual().start(() -> {
            try {
                while (output.readLine() != null) {
                    // A full pipe would stop the server.
                }
            } catch (IOException e) {
                // The process has ended.
            }
        });
    }

    public URI endpoint() {
        return endpoint;
    }

    /// What a process needs to find the credentials.
    public static java.util.Map<String, String> environment() {
        return java.util.Map.of("AWS_ACCESS_KEY_ID", ACCESS_KEY, "AWS_SECRET_ACCESS_KEY", SECRET_KEY);
    }

    /// Settings with the root `s3a://tables/<prefix>`.
    ///
    /// @param scratch a local directory for staging and cache
    public StorageProperties properties(String prefix, Path scratch) {
        return propertiesFor(endpoint, prefix, scratch);
    }

    /// The same through another endpoint, that of a [DroppingProxy] say.
    public static StorageProperties propertiesFor(URI endpoint, String prefix, Path scratch) {
        StorageProperties defaults = StorageProperties.ofRoot("s3a://" + BUCKET + "/" + prefix);
        return new StorageProperties(
                defaults.root(),
                List.of(),
                scratch.toString(),
                new StorageProperties.S3(endpoint.toString(), "us-east-1", true),
                new StorageProperties.Cache("", DataSize.ofMegabytes(256), 8),
                defaults.storage());
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
