package io.sluice.blackbox;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// One address for several replicas, as a Kubernetes service is one: a new connection goes to one of those that are
/// ready, in turns, and stays with it; a replica that is being replaced gets no new ones. It knows nothing of HTTP but
/// the question whether a replica is ready.
final class Balancer implements AutoCloseable {

    private static final int PROBE_MILLIS = 250;

    /// Probes in a row that must fail before one that was ready is held not to be; as many as Kubernetes asks for.
    private static final int FAILURES = 3;

    private final ServerSocket socket = new ServerSocket(0, 500, InetAddress.getLoopbackAddress());
    private final List<Endpoint> endpoints = new CopyOnWriteArrayList<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final ScheduledExecutorService probes = Executors.newSingleThreadScheduledExecutor();

    private static final class Endpoint {
        private final URI base;
        private volatile boolean isReady;
        private int failures;

        Endpoint(URI base) {
            this.base = base;
        }

        synchronized void probe() {
            failures = answersReady() ? 0 : failures + 1;
            isReady = failures == 0 || isReady && failures < FAILURES;
        }

        private boolean answersReady() {
            try {
                var probe = (HttpURLConnection)
                        base.resolve("/actuator/health/readiness").toURL().openConnection();
                probe.setConnectTimeout(2000);
                probe.setReadTimeout(2000);
                return probe.getResponseCode() == 200;
            } catch (IOException gone) {
                return false;
            }
        }
    }

    Balancer() throws IOException {
        Thread.ofVirtual().start(this::accept);
        probes.scheduleWithFixedDelay(
                () -> endpoints.forEach(Endpoint::probe), PROBE_MILLIS, PROBE_MILLIS, TimeUnit.MILLISECONDS);
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + socket.getLocalPort());
    }

    /// Waits until this one is ready; from then on it gets connections while it is.
    void add(URI base) {
        var endpoint = new Endpoint(base);
        while (!endpoint.isReady) {
            endpoint.probe();
        }
        endpoints.add(endpoint);
    }

    /// No new connection goes there.
    void withdraw(URI base) {
        endpoints.removeIf(endpoint -> endpoint.base.equals(base));
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> serve(client));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket client) {
        List<Endpoint> ready =
                endpoints.stream().filter(endpoint -> endpoint.isReady).toList();
        try (client) {
            if (ready.isEmpty()) {
                return;
            }
            URI target = ready.get(Math.floorMod(turn.getAndIncrement(), ready.size())).base;
            try (Socket replica = new Socket(target.getHost(), target.getPort())) {
                client.setTcpNoDelay(true);
                replica.setTcpNoDelay(true);
                Thread requests = Thread.ofVirtual().start(() -> pass(client, replica));
                pass(replica, client);
                requests.join();
            }
        } catch (IOException gone) {
            // Either side hears of it from its own connection.
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /// What one side sends until it has said all.
    private static void pass(Socket from, Socket to) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            in.transferTo(out);
            to.shutdownOutput();
        } catch (IOException broken) {
            try {
                to.close();
            } catch (IOException closed) {
                // It was so before.
            }
        }
    }

    @Override
    public void close() throws IOException {
        probes.shutdownNow();
        socket.close();
    }
}
