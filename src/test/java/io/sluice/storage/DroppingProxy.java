package io.sluice.storage;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/// Stands between a client and an HTTP server, forwards each request whole, and does with the answer what a test
/// chooses: when it is dropped, the server has done what it was asked, and the client will never know.
public final class DroppingProxy implements AutoCloseable {

    /// A request that the server has answered.
    ///
    /// @param path as it was sent, without the query
    public record Exchange(String method, String path, int status) {}

    /// What becomes of an answer.
    public enum Fate {
        GIVEN,
        /// The connection is closed instead.
        DROPPED,
        /// The connection is reset instead.
        RESET,
        /// It comes a while late.
        DELAYED
    }

    private static final long DELAY_NANOS = 100_000_000;

    private final ServerSocket server;
    private final URI target;
    private final Function<Exchange, Fate> fates;
    private volatile Set<String> forgotten = Set.of();
    private volatile boolean cut;
    private volatile boolean silent;
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final List<Exchange> dropped = new CopyOnWriteArrayList<>();
    private final Set<Socket> clients = ConcurrentHashMap.newKeySet();

    private DroppingProxy(ServerSocket server, URI target, Function<Exchange, Fate> fates) {
        this.server = server;
        this.target = target;
        this.fates = fates;
    }

    /// @param drops asked once for each answer, by many threads
    public static DroppingProxy start(URI target, Predicate<Exchange> drops) throws IOException {
        return deciding(target, exchange -> drops.test(exchange) ? Fate.DROPPED : Fate.GIVEN);
    }

    /// @param fates asked once for each answer, by many threads
    public static DroppingProxy deciding(URI target, Function<Exchange, Fate> fates) throws IOException {
        ServerSocket server = new ServerSocket(0, 128, InetAddress.getLoopbackAddress());
        DroppingProxy proxy = new DroppingProxy(server, target, fates);
        Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    public URI endpoint() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /// Leaves headers out of the requests from now on, as a store does that does not know them.
    public DroppingProxy forgetting(String... headers) {
        forgotten = Set.of(headers);
        return this;
    }

    /// Cuts every connection, and each new one, until [#mend()].
    public void cut() throws IOException {
        cut = true;
        closeClients();
    }

    /// Answers nothing any more, until [#mend()], which closes what waits.
    public void fallSilent() {
        silent = true;
    }

    public void mend() throws IOException {
        cut = false;
        if (silent) {
            silent = false;
            closeClients();
        }
    }

    private void closeClients() throws IOException {
        for (Socket client : clients) {
            client.close();
        }
    }

    /// Every request that was answered by the server, in the order of the answers.
    public List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    /// Those whose answer the client did not get.
    public List<Exchange> dropped() {
        return List.copyOf(dropped);
    }

    @Override
    public void close() throws IOException {
        server.close();
        closeClients();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket client = server.accept();
                clients.add(client);
                if (cut) {
                    client.close();
                    clients.remove(client);
                    continue;
                }
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            InputStream in = new BufferedInputStream(client.getInputStream());
            OutputStream out = client.getOutputStream();
            Optional<Message> request = Message.read(in);
            while (request.isPresent()) {
                Optional<byte[]> answer = forward(request.get(), client, in);
                if (answer.isEmpty()) {
                    return;
                }
                out.write(answer.get());
                out.flush();
                request = Message.read(in);
            }
        } catch (IOException e) {
            // Either side went away, which is what this proxy is for.
        } finally {
            clients.remove(client);
        }
    }

    private Optional<byte[]> forward(Message request, Socket client, InputStream in) throws IOException {
        if (request.header("expect").isPresent()) {
            client.getOutputStream().write("HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1));
        }
        byte[] body = request.body(in);
        if (silent) {
            client.getInputStream().readAllBytes(); // until it is closed
            return Optional.empty();
        }
        String[] line = request.startLine().split(" ", 3);
        try (Socket upstream = new Socket(target.getHost(), target.getPort())) {
            upstream.setTcpNoDelay(true);
            ByteArrayOutputStream sent = new ByteArrayOutputStream();
            sent.write(request.without(
                    Stream.concat(Stream.of("expect"), forgotten.stream()).toList()));
            sent.write(body);
            upstream.getOutputStream().write(sent.toByteArray());
            upstream.getOutputStream().flush();
            InputStream answers = new BufferedInputStream(upstream.getInputStream());
            Message answer = Message.read(answers).orElseThrow(EOFException::new);
            int status = Integer.parseInt(answer.startLine().split(" ", 3)[1]);
            boolean hasBody = !line[0].equals("HEAD") && status != 204 && status != 304;
            ByteArrayOutputStream whole = new ByteArrayOutputStream();
            whole.write(answer.head().getBytes(StandardCharsets.ISO_8859_1));
            if (hasBody) {
                whole.write(answer.body(answers));
            }
            Exchange exchange = new Exchange(line[0], line[1].split("\\?", 2)[0], status);
            exchanges.add(exchange);
            return switch (fates.apply(exchange)) {
                case GIVEN -> Optional.of(whole.toByteArray());
                case DROPPED -> {
                    dropped.add(exchange);
                    yield Optional.empty();
                }
                case RESET -> {
                    dropped.add(exchange);
                    client.setSoLinger(true, 0);
                    yield Optional.empty();
                }
                case DELAYED -> {
                    LockSupport.parkNanos(DELAY_NANOS);
                    yield Optional.of(whole.toByteArray());
                }
            };
        }
    }

    /// The head of a request or an answer, as it came.
    private record Message(String head, List<String> lines) {

        static Optional<Message> read(InputStream in) throws IOException {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            int last4 = 0;
            while (last4 != 0x0D0A0D0A) {
                int next = in.read();
                if (next < 0) {
                    return Optional.empty();
                }
                head.write(next);
                last4 = last4 << 8 | next;
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            return Optional.of(new Message(text, text.lines().toList()));
        }

        String startLine() {
            return lines.getFirst();
        }

        Optional<String> header(String name) {
            return lines.stream()
                    .filter(line -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1))
                    .map(line -> line.substring(name.length() + 1).trim())
                    .findFirst();
        }

        byte[] without(List<String> names) {
            StringBuilder rest = new StringBuilder();
            lines.stream()
                    .filter(line -> names.stream()
                            .noneMatch(name -> line.regionMatches(true, 0, name + ":", 0, name.length() + 1)))
                    .forEach(line -> rest.append(line).append("\r\n"));
            return rest.toString().getBytes(StandardCharsets.ISO_8859_1);
        }

        /// The body in the form in which it came, chunks and all.
        byte[] body(InputStream in) throws IOException {
            if (header("transfer-encoding").isPresent()) {
                return chunks(in);
            }
            int length = header("content-length").map(Integer::valueOf).orElse(0);
            byte[] body = in.readNBytes(length);
            if (body.length < length) {
                throw new EOFException();
            }
            return body;
        }

        private static byte[] chunks(InputStream in) throws IOException {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            int size;
            do {
                String line = line(in, body);
                size = Integer.parseInt(line.split(";", 2)[0].trim(), 16);
                body.write(in.readNBytes(size));
                line(in, body);
            } while (size > 0);
            return body.toByteArray();
        }

        private static String line(InputStream in, ByteArrayOutputStream copy) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            int next;
            do {
                next = in.read();
                if (next < 0) {
                    throw new EOFException();
                }
                line.write(next);
            } while (next != '\n');
            copy.write(line.toByteArray());
            return line.toString(StandardCharsets.ISO_8859_1).trim();
        }
    }
}
