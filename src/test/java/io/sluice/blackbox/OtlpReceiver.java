package io.sluice.blackbox;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/// A collector that takes traces over OTLP (protobuf over HTTP) and keeps what the tests ask for: as much of protobuf
/// as that takes (`ExportTraceServiceRequest` → 1 `ResourceSpans` → 2 `ScopeSpans` → 2 `Span`).
final class OtlpReceiver implements AutoCloseable {

    private final HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final LinkedBlockingQueue<Span> coming = new LinkedBlockingQueue<>();
    private final List<Span> kept = new ArrayList<>();

    /// @param parent empty where it has none
    record Span(
            String trace,
            String id,
            String parent,
            String name,
            long startNanos,
            long endNanos,
            Map<String, String> attributes,
            boolean hasFailed) {}

    OtlpReceiver() throws IOException {
        server.createContext("/v1/traces", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            boolean isZipped = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            take(isZipped ? Bodies.gunzip(body) : body);
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/traces";
    }

    /// The spans of a trace, once that which nobody in it is the parent of has come: it ends last.
    ///
    /// @param caller the parent of the outermost
    List<Span> trace(String trace, String caller) throws InterruptedException {
        while (true) {
            List<Span> found =
                    kept.stream().filter(span -> span.trace().equals(trace)).toList();
            if (found.stream().anyMatch(span -> span.parent().equals(caller))) {
                return found;
            }
            Span next = coming.poll(20, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("the trace did not come whole: " + found);
            }
            kept.add(next);
        }
    }

    private void take(byte[] request) {
        for (byte[] resource : messages(request, 1)) {
            for (byte[] scope : messages(resource, 2)) {
                messages(scope, 2).forEach(span -> coming.add(span(span)));
            }
        }
    }

    private static Span span(byte[] message) {
        var attributes = new TreeMap<String, String>();
        for (byte[] attribute : messages(message, 9)) {
            String key = new String(messages(attribute, 1).getFirst(), StandardCharsets.UTF_8);
            byte[] value = messages(attribute, 2).getFirst();
            List<byte[]> text = messages(value, 1);
            attributes.put(
                    key,
                    text.isEmpty()
                            ? Long.toString(numbers(value, 3).getFirst())
                            : new String(text.getFirst(), StandardCharsets.UTF_8));
        }
        List<byte[]> status = messages(message, 15);
        return new Span(
                hex(message, 1),
                hex(message, 2),
                hex(message, 4),
                new String(messages(message, 5).getFirst(), StandardCharsets.UTF_8),
                numbers(message, 7).getFirst(),
                numbers(message, 8).getFirst(),
                attributes,
                status.stream().anyMatch(code -> numbers(code, 3).contains(2L)));
    }

    private static String hex(byte[] message, int field) {
        List<byte[]> bytes = messages(message, field);
        return bytes.isEmpty() ? "" : HexFormat.of().formatHex(bytes.getFirst());
    }

    private static List<byte[]> messages(byte[] message, int field) {
        return fields(message, field).stream()
                .filter(byte[].class::isInstance)
                .map(byte[].class::cast)
                .toList();
    }

    private static List<Long> numbers(byte[] message, int field) {
        return fields(message, field).stream()
                .filter(Long.class::isInstance)
                .map(Long.class::cast)
                .toList();
    }

    /// All values of a field: bytes, or a number.
    private static List<Object> fields(byte[] message, int field) {
        var values = new ArrayList<Object>();
        ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            long tag = varint(in);
            Object value = switch ((int) tag & 7) {
                case 0 -> varint(in);
                case 1 -> in.getLong();
                case 2 -> {
                    byte[] bytes = new byte[(int) varint(in)];
                    in.get(bytes);
                    yield bytes;
                }
                case 5 -> (long) in.getInt();
                default -> throw new IllegalStateException("no wire type of protobuf: " + tag);
            };
            if (tag >> 3 == field) {
                values.add(value);
            }
        }
        return values;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
