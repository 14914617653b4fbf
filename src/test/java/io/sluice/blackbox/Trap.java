package io.sluice.blackbox;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/// An address that nobody has any business to call: it remembers who did.
final class Trap implements AutoCloseable {

    private static final int LOOK_BYTES = 200;

    private final ServerSocket socket;
    private final ConcurrentLinkedQueue<String> caught = new ConcurrentLinkedQueue<>();

    Trap() throws IOException {
        socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::listen);
    }

    private void listen() {
        while (!socket.isClosed()) {
            try (Socket caller = socket.accept()) {
                caller.setSoTimeout(1000);
                caught.add("a connection");
                byte[] first = caller.getInputStream().readNBytes(LOOK_BYTES);
                caught.add(new String(first, StandardCharsets.ISO_8859_1));
                caller.getOutputStream()
                        .write("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (IOException gone) {
                // The next one, or the end.
            }
        }
    }

    /// `127.0.0.1:port`.
    String authority() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /// What was caught: connections, and what they said first.
    List<String> caught() {
        return List.copyOf(caught);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
