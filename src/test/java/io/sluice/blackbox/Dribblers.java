package io.sluice.blackbox;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Clients that send a request so slowly that it never ends: half of them stop in its head, half in its body. One
/// thread drives all of them.
final class Dribblers implements AutoCloseable {

    private static final Duration LONGEST_WAIT = Duration.ofSeconds(60);

    private final Selector selector = Selector.open();
    private final List<Dribbler> all = new ArrayList<>();

    /// One of them.
    private static final class Dribbler {
        private final SocketChannel channel;
        private final ByteArrayOutputStream received = new ByteArrayOutputStream();
        private boolean isCutOff;

        Dribbler(SocketChannel channel) {
            this.channel = channel;
        }

        void send(String text) {
            try {
                channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            } catch (IOException gone) {
                isCutOff = true;
            }
        }

        void receive() {
            ByteBuffer buffer = ByteBuffer.allocate(4096);
            try {
                int read = channel.read(buffer);
                if (read < 0) {
                    isCutOff = true;
                    channel.close();
                } else {
                    received.write(buffer.array(), 0, read);
                }
            } catch (IOException gone) {
                isCutOff = true;
            }
        }
    }

    /// Connects so many and sends the beginning of their requests.
    Dribblers(URI service, String path, int count) throws IOException {
        for (int number = 0; number < count; number++) {
            SocketChannel channel = SocketChannel.open(new InetSocketAddress(service.getHost(), service.getPort()));
            channel.configureBlocking(false);
            var dribbler = new Dribbler(channel);
            channel.register(selector, SelectionKey.OP_READ, dribbler);
            all.add(dribbler);
            dribbler.send("POST " + path + " HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nX-Slow: ");
            if (number % 2 == 0) {
                dribbler.send("x\r\nContent-Length: 1000000\r\n\r\n[");
            }
        }
    }

    /// One byte more from each.
    void dribble() throws IOException {
        all.forEach(dribbler -> dribbler.send(" "));
        look(Duration.ofMillis(1));
    }

    /// Goes on until all have been told to stop.
    void untilCutOff() throws IOException {
        long endNanos = System.nanoTime() + LONGEST_WAIT.toNanos();
        while (all.stream().anyMatch(dribbler -> !dribbler.isCutOff)) {
            if (System.nanoTime() > endNanos) {
                throw new AssertionError("some may dribble for ever");
            }
            dribble();
            look(Duration.ofMillis(500));
        }
    }

    private void look(Duration longest) throws IOException {
        selector.select(longest.toMillis());
        for (SelectionKey key : selector.selectedKeys()) {
            ((Dribbler) key.attachment()).receive();
        }
        selector.selectedKeys().clear();
    }

    /// The status lines of all answers.
    List<String> answers() {
        return all.stream()
                .map(dribbler -> dribbler.received.toString(StandardCharsets.US_ASCII))
                .filter(text -> text.startsWith("HTTP/1.1 "))
                .map(text -> text.substring("HTTP/1.1 ".length(), text.indexOf('\r')))
                .toList();
    }

    @Override
    public void close() throws IOException {
        for (Dribbler dribbler : all) {
            dribbler.channel.close();
        }
        selector.close();
    }
}
