package io.sluice.api.request;

import io.sluice.api.Problems;
import io.sluice.api.problem.ProblemWriter;
import io.sluice.table.Failure;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpServletResponseWrapper;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.context.SmartLifecycle;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;
import org.springframework.web.filter.OncePerRequestFilter;

/// A stop that resets nobody's connection. A server that closes its port at once cuts off whoever sends the next
/// request on a connection that it has kept, or has just connected.
///
/// So first requests are told to go elsewhere, on connections that end with the answer (RFC 9112, section 9.6), while
/// those that were there before are served to their end; only then the port closes. A service that nobody has used
/// for a while stops at once. Health is told to the last.
@Component
@Order(Ordered.HIGHEST_PRECEDENCE + 1)
class Farewell extends OncePerRequestFilter implements SmartLifecycle {

    private static final long NOTICE_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LONGEST_NANOS = TimeUnit.SECONDS.toNanos(20);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final ProblemWriter writer;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private int underWay;
    private long lastNanos = System.nanoTime() - NOTICE_NANOS;
    private volatile boolean running;
    private volatile boolean leaving;

    Farewell(ProblemWriter writer) {
        this.writer = writer;
    }

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        return request.getRequestURI().startsWith("/actuator/");
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        if (leaving) {
            writer.write(Problems.of(new Failure.ShuttingDown(RETRY_AFTER)), request, new Closing(response));
            return;
        }
        count(1);
        try {
            chain.doFilter(request, response);
        } finally {
            count(-1);
        }
    }

    /// Says on the answer that it is the connection's last, whatever resets its headers.
    private static final class Closing extends HttpServletResponseWrapper {

        Closing(HttpServletResponse response) {
            super(response);
        }

        @Override
        public void setStatus(int status) {
            super.setStatus(status);
            setHeader("Connection", "close");
        }
    }

    private void count(int change) {
        lock.lock();
        try {
            underWay += change;
            lastNanos = System.nanoTime();
            ended.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void start() {
        leaving = false;
        running = true;
    }

    /// Comes before the web server's own stop, which closes the port.
    @Override
    public void stop() {
        long begunNanos = System.nanoTime();
        leaving = true;
        lock.lock();
        try {
            long notice = begunNanos - lastNanos < NOTICE_NANOS || underWay > 0 ? NOTICE_NANOS : 0;
            long left = notice;
            while (left > 0) {
                left = ended.awaitNanos(left);
                if (left <= 0 && underWay > 0) {
                    left = Math.min(NOTICE_NANOS, begunNanos + LONGEST_NANOS - System.nanoTime());
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            running = false;
            lock.unlock();
        }
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return DEFAULT_PHASE;
    }
}
