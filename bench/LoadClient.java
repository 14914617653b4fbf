import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/// The HTTP clients of the benchmark: as cheap as a blocking socket can be, because they share the cores with the service that they measure.
///
/// Commands, each printing one line of JSON:
/// - `get <url with {id}> <clients> <warm-up seconds> <seconds> <first id> <ids>`: look-ups of random ids over kept-alive connections; an answer
///   without the id that was asked for is an error;
/// - `post <url> <clients> <warm-up seconds> <seconds> <rows> <first id>`: batches of JSON rows `{"id", "name", "amount"}` with ids that are used once;
/// - `upsert <url> <clients> <warm-up seconds> <seconds> <ids>`: one JSON row each, with ids from 0 to `ids` that are used once, in no order;
/// - `drain <url> <accept> <times>`: whole answers, thrown away; time to the first byte of the body and to the last;
/// - `send <url> <content type> <file>`: one file as one body.
final class LoadClient {

    /// With any number of ids that has no other factors than 2 and 5: so multiples of it meet each once.
    private static final long COPRIME = 7_368_787;

    private LoadClient() {}

    public static void main(String[] args) throws Exception {
        switch (args[0]) {
            case "get" ->
                lookUp(args[1], number(args[2]), number(args[3]), number(args[4]), Long.parseLong(args[5]), Long.parseLong(args[6]));
            case "post" ->
                post(args[1], number(args[2]), number(args[3]), number(args[4]), number(args[5]), Long.parseLong(args[6]));
            case "upsert" -> upsert(args[1], number(args[2]), number(args[3]), number(args[4]), Long.parseLong(args[5]));
            case "drain" -> drain(args[1], args[2], number(args[3]));
            case "send" -> send(args[1], args[2], Path.of(args[3]));
            default -> throw new IllegalArgumentException("unknown command: " + args[0]);
        }
    }

    private static int number(String text) {
        return Integer.parseInt(text);
    }

    private static void lookUp(String url, int clients, int warmUp, int seconds, long first, long ids) throws Exception {
        URI target = URI.create(url.replace("{id}", "0"));
        String template = url.substring(url.indexOf(target.getRawAuthority()) + target.getRawAuthority().length());
        run(clients, warmUp, seconds, client -> {
            SplittableRandom random = new SplittableRandom(4711L + client);
            Connection connection = new Connection(target);
            return () -> {
                long id = first + random.nextLong(ids);
                String path = template.replace("{id}", Long.toString(id));
                Answer answer = connection.exchange("GET " + path + " HTTP/1.1\r\nAccept: application/json\r\n", new byte[0]);
                return answer.status() == 200 && answer.text().contains("\"id\":" + id);
            };
        });
    }

    private static void post(String url, int clients, int warmUp, int seconds, int rows, long firstId) throws Exception {
        URI target = URI.create(url);
        AtomicLong nextBatch = new AtomicLong();
        run(clients, warmUp, seconds, client -> {
            Connection connection = new Connection(target);
            return () -> {
                long id = firstId + nextBatch.getAndIncrement() * rows;
                StringBuilder body = new StringBuilder(64 * rows).append('[');
                for (int row = 0; row < rows; row++) {
                    body.append(row == 0 ? "" : ",").append("{\"id\":").append(id + row).append(",\"name\":\"customer ")
                            .append(id % 997).append("\",\"amount\":").append(row * 1.25).append('}');
                }
                byte[] bytes = body.append(']').toString().getBytes(StandardCharsets.US_ASCII);
                String head = "POST " + target.getRawPath() + " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n";
                return connection.exchange(head, bytes).status() == 200;
            };
        });
    }

    private static void upsert(String url, int clients, int warmUp, int seconds, long ids) throws Exception {
        URI target = URI.create(url);
        AtomicLong next = new AtomicLong();
        run(clients, warmUp, seconds, client -> {
            Connection connection = new Connection(target);
            return () -> {
                long id = next.getAndIncrement() * COPRIME % ids;
                byte[] bytes = ("[{\"id\":" + id + ",\"happened\":\"2026-11-20T08:15:30Z\",\"category\":\"changed\",\"customer\":\"customer " + id % 997
                        + "\",\"amount\":1.25,\"paid\":true}]").getBytes(StandardCharsets.US_ASCII);
                String head = "POST " + target.getRawPath() + "?" + target.getRawQuery()
                        + " HTTP/1.1\r\nContent-Type: application/json\r\nContent-Length: " + bytes.length + "\r\n";
                return connection.exchange(head, bytes).status() == 200;
            };
        });
    }

    /// Every client asks again as soon as it is answered; what ends in the measured time counts, and what ends after it is waited for.
    private static void run(int clients, int warmUp, int seconds, ClientFactory factory) throws Exception {
        long start = System.nanoTime();
        long measureFrom = start + warmUp * 1_000_000_000L;
        long end = measureFrom + seconds * 1_000_000_000L;
        AtomicLong everAnswered = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        List<Future<long[]>> futures = new ArrayList<>();
        try (var executor = Executors.newFixedThreadPool(clients)) {
            for (int client = 0; client < clients; client++) {
                int number = client;
                futures.add(executor.submit(() -> {
                    Exchange exchange = factory.client(number);
                    long[] nanos = new long[1024];
                    int count = 0;
                    while (System.nanoTime() < end) {
                        long sent = System.nanoTime();
                        boolean good = exchange.run();
                        long answered = System.nanoTime();
                        (good ? everAnswered : failed).incrementAndGet();
                        if (good && answered >= measureFrom && answered <= end) {
                            if (count == nanos.length) {
                                nanos = Arrays.copyOf(nanos, count * 2);
                            }
                            nanos[count++] = answered - sent;
                        }
                    }
                    return Arrays.copyOf(nanos, count);
                }));
            }
        }
        long[] all = futures.stream().map(LoadClient::result).flatMapToLong(Arrays::stream).sorted().toArray();
        System.out.printf(
                Locale.ROOT,
                "{\"answered\":%d,\"everAnswered\":%d,\"failed\":%d,\"perSecond\":%.1f,\"p50\":%.3f,\"p90\":%.3f,\"p99\":%.3f,\"max\":%.3f}%n",
                all.length, everAnswered.get(), failed.get(), all.length / (double) seconds,
                quantile(all, 0.50), quantile(all, 0.90), quantile(all, 0.99), quantile(all, 1.0));
    }

    private static long[] result(Future<long[]> future) {
        try {
            return future.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("a client broke", e);
        }
    }

    private static double quantile(long[] sorted, double quantile) {
        return sorted.length == 0 ? Double.NaN : sorted[(int) Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] / 1e6;
    }

    private static void drain(String url, String accept, int times) throws Exception {
        URI target = URI.create(url);
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < times; i++) {
            long sent = System.nanoTime();
            try (Drain answer = new Drain(target, accept)) {
                answer.read();
                long done = System.nanoTime();
                out.append(i == 0 ? "" : ",").append(String.format(
                        Locale.ROOT, "{\"status\":%d,\"firstMillis\":%.3f,\"millis\":%.3f,\"bytes\":%d}",
                        answer.status, (answer.firstByteNanos - sent) / 1e6, (done - sent) / 1e6, answer.bytes));
            }
        }
        System.out.println("[" + out + "]");
    }

    private static void send(String url, String contentType, Path file) throws Exception {
        URI target = URI.create(url);
        try (FileChannel body = FileChannel.open(file);
                SocketChannel channel = SocketChannel.open(new InetSocketAddress(target.getHost(), target.getPort()))) {
            long size = body.size();
            long start = System.nanoTime();
            String query = target.getRawQuery() == null ? "" : "?" + target.getRawQuery();
            OutputStream out = channel.socket().getOutputStream();
            out.write(("POST " + target.getRawPath() + query + " HTTP/1.1\r\nHost: " + target.getAuthority() + "\r\nContent-Type: " + contentType
                    + "\r\nContent-Length: " + size + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            for (long sent = 0; sent < size; ) {
                sent += body.transferTo(sent, size - sent, channel);
            }
            byte[] answer = channel.socket().getInputStream().readAllBytes();
            double millis = (System.nanoTime() - start) / 1e6;
            String text = new String(answer, StandardCharsets.UTF_8);
            System.out.printf(Locale.ROOT, "{\"status\":%s,\"millis\":%.3f,\"bytes\":%d}%n", text.substring(9, 12), millis, size);
            if (!text.startsWith("200", 9)) {
                System.err.println(text);
            }
        }
    }

    @FunctionalInterface
    interface Exchange {
        boolean run() throws IOException;
    }

    @FunctionalInterface
    interface ClientFactory {
        Exchange client(int number) throws IOException;
    }

    record Answer(int status, long length, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /// One answer that is thrown away as it comes, read into one buffer outside the heap: a socket's stream copies each byte once more.
    static final class Drain implements AutoCloseable {
        private final SocketChannel channel;
        private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 18).limit(0);
        private int status;
        private long bytes;
        private long firstByteNanos;

        Drain(URI target, String accept) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress(target.getHost(), target.getPort()));
            String head = "GET " + target.getRawPath() + "?" + target.getRawQuery() + " HTTP/1.1\r\nHost: " + target.getAuthority()
                    + "\r\nAccept: " + accept + "\r\n\r\n";
            channel.write(ByteBuffer.wrap(head.getBytes(StandardCharsets.US_ASCII)));
        }

        void read() throws IOException {
            status = Integer.parseInt(line().substring(9, 12));
            long length = 0;
            boolean chunked = false;
            for (String header = line(); !header.isEmpty(); header = line()) {
                String lower = header.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Long.parseLong(lower.substring(15).strip());
                }
                chunked |= lower.startsWith("transfer-encoding:") && lower.contains("chunked");
            }
            if (!chunked) {
                skip(length);
                return;
            }
            for (int chunk = Integer.parseInt(line(), 16); chunk > 0; chunk = Integer.parseInt(line(), 16)) {
                skip(chunk);
                line();
            }
        }

        private void skip(long length) throws IOException {
            for (long left = length; left > 0; ) {
                fill();
                firstByteNanos = firstByteNanos == 0 ? System.nanoTime() : firstByteNanos;
                int step = (int) Math.min(left, buffer.remaining());
                buffer.position(buffer.position() + step);
                left -= step;
            }
            bytes += length;
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder(64);
            while (true) {
                fill();
                char next = (char) buffer.get();
                if (next == '\n') {
                    return line.toString();
                }
                if (next != '\r') {
                    line.append(next);
                }
            }
        }

        private void fill() throws IOException {
            if (!buffer.hasRemaining()) {
                buffer.clear();
                if (channel.read(buffer) < 0) {
                    throw new IOException("the answer broke off after " + bytes + " bytes");
                }
                buffer.flip();
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }

    /// One kept-alive HTTP/1.1 connection (RFC 9112): status line, the two framing headers, `Content-Length` or chunks.
    static final class Connection implements AutoCloseable {
        private static final int CHUNKED = -1;
        private final URI target;
        private Socket socket;
        private InputStream in;
        private OutputStream out;
        private boolean ended;

        Connection(URI target) throws IOException {
            this.target = target;
            connect();
        }

        private void connect() throws IOException {
            ended = false;
            socket = new Socket(target.getHost(), target.getPort());
            socket.setTcpNoDelay(true);
            in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
            out = socket.getOutputStream();
        }

        Answer exchange(String head, byte[] body) throws IOException {
            byte[] start = (head + "Host: " + target.getAuthority() + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
            byte[] whole = Arrays.copyOf(start, start.length + body.length);
            System.arraycopy(body, 0, whole, start.length, body.length);
            if (ended) {
                socket.close();
                connect();
            }
            out.write(whole);
            Answer answer = head();
            ByteArrayOutputStream bytes = new ByteArrayOutputStream(1024);
            if (answer.length() != CHUNKED) {
                bytes.write(in.readNBytes((int) answer.length()));
            } else {
                for (int chunk = chunkSize(); chunk > 0; chunk = chunkSize()) {
                    bytes.write(in.readNBytes(chunk));
                    line();
                }
                line();
            }
            return new Answer(answer.status(), bytes.size(), bytes.toByteArray());
        }

        Answer head() throws IOException {
            String status = line();
            long length = 0;
            for (String header = line(); !header.isEmpty(); header = line()) {
                String lower = header.toLowerCase(Locale.ROOT);
                if (lower.startsWith("content-length:")) {
                    length = Long.parseLong(lower.substring(15).strip());
                } else if (lower.startsWith("transfer-encoding:") && lower.contains("chunked")) {
                    length = CHUNKED;
                } else if (lower.startsWith("connection:") && lower.contains("close")) {
                    ended = true;
                }
            }
            return new Answer(Integer.parseInt(status.substring(9, 12)), length, new byte[0]);
        }

        private int chunkSize() throws IOException {
            String size = line();
            int extension = size.indexOf(';');
            return Integer.parseInt(extension < 0 ? size : size.substring(0, extension), 16);
        }

        private String line() throws IOException {
            StringBuilder line = new StringBuilder(64);
            for (int b = in.read(); b != '\n'; b = in.read()) {
                if (b < 0) {
                    throw new IOException("the connection was closed after: " + line);
                }
                if (b != '\r') {
                    line.append((char) b);
                }
            }
            return line.toString();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
