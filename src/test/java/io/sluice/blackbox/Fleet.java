package io.sluice.blackbox;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/// Writers that post batches to any of some replicas, and ask again with the same key, at another one, until they are
/// told that the rows are there.
final class Fleet {

    static final int ROWS = 10;
    private static final long IDS_PER_WRITER = 10_000_000;

    private final List<Replicated> replicas;
    private final String path;
    private final Map<Integer, Integer> batchesOf = new ConcurrentHashMap<>();
    private final Map<String, AtomicInteger> answers = new ConcurrentSkipListMap<>();
    private final List<Long> latencies = Collections.synchronizedList(new ArrayList<>());

    /// A place where a replica runs, or another one after it.
    interface Replicated {
        Optional<URI> ready();

        /// Waits until one is there.
        URI base();
    }

    /// @param table `schema.table` with a column `id` of type `long`
    Fleet(List<? extends Replicated> replicas, String table) {
        this.replicas = List.copyOf(replicas);
        this.path = "/v1/tables/" + table + "/rows";
    }

    /// Every writer posts one batch after the other as long as it is told to go on.
    ///
    /// @param goesOn asked with the number of the next batch
    void write(int writers, IntPredicate goesOn) throws InterruptedException {
        Together.run(writers, writer -> {
            int batch = 0;
            while (goesOn.test(batch)) {
                post(writer, batch++);
            }
            batchesOf.put(writer, batch);
            return batch;
        });
    }

    private void post(int writer, int batch) {
        StringBuilder rows = new StringBuilder();
        for (int row = 0; row < ROWS; row++) {
            rows.append("{\"id\":").append(id(writer, batch, row)).append("}\n");
        }
        long begunNanos = System.nanoTime();
        for (int attempt = 0; ; attempt++) {
            Replicated first = replicas.get((writer + batch + attempt) % replicas.size());
            URI base = first.ready()
                    .or(() -> replicas.stream()
                            .flatMap(replica -> replica.ready().stream())
                            .findAny())
                    .orElseGet(first::base);
            String told = tell(base, writer + "-" + batch, rows.toString());
            answers.computeIfAbsent(told, _ -> new AtomicInteger()).incrementAndGet();
            if (told.startsWith("200")) {
                latencies.add(System.nanoTime() - begunNanos);
                return;
            }
            if (told.startsWith("4") && !told.startsWith("409") && !told.startsWith("429")) {
                throw new AssertionError("batch " + batch + " of writer " + writer + ": " + told);
            }
        }
    }

    private String tell(URI base, String key, String rows) {
        try {
            Answer answer = new Call(base, "POST", path)
                    .header("Idempotency-Key", key)
                    .ndjson(rows)
                    .trySend();
            return answer.status() == 200
                    ? "200" + (answer.json().path("replayed").asBoolean() ? " replayed" : "")
                    : answer.status() + " " + answer.json().path("type").asString("");
        } catch (IOException broken) {
            return "no answer";
        }
    }

    private static long id(int writer, int batch, int row) {
        return writer * IDS_PER_WRITER + batch * (long) ROWS + row;
    }

    /// The ids of all rows that were acknowledged, which are all that were posted, sorted.
    List<Long> ids() {
        return batchesOf.keySet().stream()
                .sorted()
                .flatMap(writer -> IntStream.range(0, batchesOf.get(writer))
                        .boxed()
                        .flatMap(batch -> IntStream.range(0, ROWS).mapToObj(row -> id(writer, batch, row))))
                .toList();
    }

    int posts() {
        return latencies.size();
    }

    /// How often each answer was given.
    Map<String, AtomicInteger> answers() {
        return answers;
    }

    /// How long the slowest batch took from its first attempt to its acknowledgement, in milliseconds.
    long slowestMillis() {
        return percentileMillis(100);
    }

    long percentileMillis(int percent) {
        long[] sorted = latencies.stream().mapToLong(Long::longValue).sorted().toArray();
        return sorted.length == 0 ? 0 : sorted[Math.max(0, sorted.length * percent / 100 - 1)] / 1_000_000;
    }

    @Override
    public String toString() {
        return posts() + " batches acknowledged, answers " + answers + ", p50 " + percentileMillis(50) + " ms, p99 "
                + percentileMillis(99) + " ms, p100 " + slowestMillis() + " ms";
    }

    /// The versions of a table on disk, which must follow each other without a gap.
    static long contiguousVersions(Path table) throws IOException {
        try (Stream<Path> log = Files.list(table.resolve("_delta_log"))) {
            long[] versions = log.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("\\d{20}\\.json"))
                    .mapToLong(name -> Long.parseLong(name.substring(0, 20)))
                    .sorted()
                    .toArray();
            if (!Arrays.equals(
                    versions, IntStream.range(0, versions.length).asLongStream().toArray())) {
                throw new AssertionError("gaps in " + Arrays.toString(versions));
            }
            return versions.length;
        }
    }
}
