package io.sluice.blackbox;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// Clients of a service in a process of their own, so that what they cost is not the service's: each posts a row,
/// waits for its answer, and posts the next one; one that is told `Retry-After` waits as long. They speak as little
/// HTTP as it takes.
///
/// Arguments: the service, the path to post to, and phases `<clients>x<seconds>`. Each phase ends with a line
/// `<clients> <nanoseconds> <slowest millis> <refusals without Retry-After> <status>=<answers>…`.
final class LoadClients {

    private LoadClients() {}

    /// Runs the phases in a process of their own.
    ///
    /// @return the line of each phase
    static List<String> start(URI service, String path, List<String> phases) throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                LoadClients.class.getName(),
                service.toString(),
                path));
        command.addAll(phases);
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var lines = process.inputReader()) {
            List<String> told = lines.lines().toList();
            if (process.waitFor() != 0) {
                throw new IllegalStateException("the clients ended with " + process.exitValue());
            }
            return told;
        } finally {
            process.destroyForcibly();
        }
    }

    public static void main(String[] arguments) throws Exception {
        URI service = URI.create(arguments[0]);
        for (int at = 2; at < arguments.length; at++) {
            String[] phase = arguments[at].split("x");
            System.out.println(phase(service, arguments[1], Integer.parseInt(phase[0]), Long.parseLong(phase[1])));
        }
    }

    private static String phase(URI service, String path, int count, long seconds) throws InterruptedException {
        long begunNanos = System.nanoTime();
        long endNanos = begunNanos + TimeUnit.SECONDS.toNanos(seconds);
        List<Client> clients = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            Client client = new Client(service, request(service, path, id), endNanos);
            clients.add(client);
            threads.add(Thread.ofVirtual().start(client));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        Map<Integer, Long> statuses = new TreeMap<>();
        long slowestMillis = 0;
        long unexplained = 0;
        for (Client client : clients) {
            client.statuses.forEach((status, answers) -> statuses.merge(status, answers, Long::sum));
            slowestMillis = Math.max(slowestMillis, TimeUnit.NANOSECONDS.toMillis(client.slowestNanos));
            unexplained += client.unexplained;
        }
        StringBuilder line = new StringBuilder();
        line.append(count).append(' ').append(System.nanoTime() - begunNanos);
        line.append(' ').append(slowestMillis).append(' ').append(unexplained);
        statuses.forEach(
                (status, answers) -> line.append(' ').append(status).append('=').append(answers));
        return line.toString();
    }

    private static String request(URI service, String path, int id) {
        String body = "[{\"id\":" + id + "}]";
        return "POST " + path + " HTTP/1.1\r\nHost: " + service.getAuthority()
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
    }

    /// What stands before the body of an answer.
    ///
    /// @param length of the body
    /// @param retryAfterSeconds 0 where it says nothing of it
    /// @param isLast of its connection
    record Head(int status, int length, long retryAfterSeconds, boolean isLast) {}

    /// One connection.
    static final class Connection implements AutoCloseable {

        private final Socket socket;
        private final InputStream in;

        Connection(URI service) throws IOException {
            socket = new Socket(service.getHost(), service.getPort());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream());
        }

        void send(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
        }

        /// Whether something of an answer has come.
        boolean isAnswered() throws IOException {
            return in.available() > 0;
        }

        /// The next answer; its body is read and thrown away.
        Head receive() throws IOException {
            int status = Integer.parseInt(line().split(" ")[1]);
            int length = 0;
            long retryAfter = 0;
            boolean isLast = false;
            for (String line = line(); !line.isEmpty(); line = line()) {
                String lower = line.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Integer.parseInt(value(line));
                } else if (lower.startsWith("retry-after:")) {
                    retryAfter = Long.parseLong(value(line));
                } else if (lower.equals("connection: close")) {
                    isLast = true;
                }
            }
            in.skipNBytes(length);
            return new Head(status, length, retryAfter, isLast);
        }

        private static String value(String line) {
            return line.substring(line.indexOf(':') + 1).strip();
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder();
            for (int read = in.read(); read != '\n'; read = in.read()) {
                if (read < 0) {
                    throw new EOFException();
                }
                if (read != '\r') {
                    line.append((char) read);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /// One after the other over one connection.
    private static final class Client implements Runnable {

        private final URI service;
        private final String request;
        private final long endNanos;
        private final Map<Integer, Long> statuses = new TreeMap<>();
        private long slowestNanos;
        private long unexplained;

        Client(URI service, String request, long endNanos) {
            this.service = service;
            this.request = request;
            this.endNanos = endNanos;
        }

        @Override
        public void run() {
            while (System.nanoTime() < endNanos) {
                try (Connection connection = new Connection(service)) {
                    boolean isLast = false;
                    while (!isLast && System.nanoTime() < endNanos) {
                        isLast = ask(connection);
                    }
                } catch (IOException broken) {
                    statuses.merge(0, 1L, Long::sum);
                } catch (InterruptedException stop) {
                    return;
                }
            }
        }

        private boolean ask(Connection connection) throws IOException, InterruptedException {
            long askedNanos = System.nanoTime();
            connection.send(request);
            Head head = connection.receive();
            statuses.merge(head.status(), 1L, Long::sum);
            slowestNanos = Math.max(slowestNanos, System.nanoTime() - askedNanos);
            if (head.retryAfterSeconds() > 0) {
                long pauseNanos =
                        Math.min(endNanos - System.nanoTime(), TimeUnit.SECONDS.toNanos(head.retryAfterSeconds()));
                // Nobody counts it down.
                boolean unused = new CountDownLatch(1).await(pauseNanos, TimeUnit.NANOSECONDS);
            } else if (head.status() != 200) {
                unexplained++;
            }
            return head.isLast();
        }
    }
}
