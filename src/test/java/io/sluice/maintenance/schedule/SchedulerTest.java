package io.sluice.maintenance.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.SluiceApplication;
import io.sluice.access.Access;
import io.sluice.catalog.Catalog;
import io.sluice.commit.ManualTime;
import io.sluice.commit.TableCommits;
import io.sluice.maintenance.TableOperations;
import io.sluice.maintenance.vacuum.Vacuum;
import io.sluice.storage.Storages;
import io.sluice.table.TableName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Work that is due is begun once, whoever looks.
class SchedulerTest {

    @TempDir
    static Path root;

    private static ConfigurableApplicationContext context;

    private final HttpClient client = HttpClient.newHttpClient();
    private final ManualTime time = new ManualTime();

    @BeforeAll
    static void start() {
        System.setProperty("io.netty.noUnsafe", "false");
        context = new SpringApplicationBuilder(SluiceApplication.class)
                .run(
                        "--server.port=0",
                        "--logging.level.root=WARN",
                        "--sluice.root=" + root,
                        "--sluice.schedules.interval=0",
                        "--sluice.operations.disabled=statistics");
    }

    @AfterAll
    static void stop() {
        context.close();
    }

    /// As on another replica: what it knows is below the root.
    private Scheduler replica(RandomGenerator random) {
        return new Scheduler(
                context.getBean(Access.class),
                context.getBean(Catalog.class),
                context.getBean(TableCommits.class),
                context.getBean(TableOperations.class),
                context.getBean(Vacuum.class),
                context.getBean(Storages.class),
                time,
                random);
    }

    private JsonNode call(String method, String path, String body, int status) {
        URI uri = URI.create(
                "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port") + "/v1" + path);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
            return JsonMapper.shared().readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void create(String name, String properties) {
        call(
                "POST",
                "/tables",
                "{\"name\":\"" + name + "\",\"columns\":[{\"name\":\"id\",\"type\":\"long\"}],\"properties\":{"
                        + properties + "}}",
                201);
    }

    private void table(String name, String properties) {
        create(name, properties);
        call("POST", "/tables/" + name + "/rows", "[{\"id\":1}]", 200);
    }

    private List<String> begun(String table) {
        var kinds = new ArrayList<String>();
        for (JsonNode operation :
                call("GET", "/operations?table=" + table, "", 200).path("operations")) {
            assertThat(operation.path("trigger").asString()).isEqualTo("schedule");
            kinds.add(operation.path("kind").asString());
        }
        return kinds;
    }

    private Path runs(String table) {
        String place =
                context.getBean(Catalog.class).locate(TableName.parse(table)).digest();
        return root.resolve(".sluice/operations/schedules").resolve(place);
    }

    /// The store's clock is the manual one.
    private void stampRuns(String table) {
        try (var files = Files.list(runs(table))) {
            for (Path file : files.toList()) {
                Files.setLastModifiedTime(file, FileTime.from(time.instant()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void a_run_is_due_after_its_time_and_one_of_several_replicas_begins_it() throws IOException {
        Scheduler one = replica(new Random(1));
        Scheduler other = replica(new Random(2));
        table("jobs.both", "\"sluice.checkpoint.every\":\"PT1H\",\"sluice.optimize.every\":\"P1D\"");
        one.look();
        stampRuns("jobs.both");
        assertThat(begun("jobs.both")).isEmpty();
        time.sleep(Duration.ofMinutes(59));
        one.look();
        other.look();
        assertThat(begun("jobs.both")).isEmpty();
        // Later than the longest delay.
        time.sleep(Duration.ofMinutes(8));
        other.look();
        one.look();
        other.look();
        assertThat(begun("jobs.both")).containsExactly("checkpoint");
        stampRuns("jobs.both");
        time.sleep(Duration.ofHours(27));
        // One that was started anew knows what is scheduled.
        replica(new Random(3)).look();
        stampRuns("jobs.both");
        one.look();
        assertThat(begun("jobs.both")).containsExactlyInAnyOrder("checkpoint", "checkpoint", "optimize");
        try (var files = Files.list(runs("jobs.both"))) {
            assertThat(files.map(file -> file.getFileName().toString()))
                    .containsExactlyInAnyOrder("checkpoint.000000000002", "optimize.000000000001");
        }
    }

    @Test
    void tables_that_were_scheduled_together_do_not_run_together() {
        RandomGenerator late = () -> -1L;
        Scheduler scheduler = replica(late);
        table("jobs.late", "\"sluice.checkpoint.every\":\"PT1H\"");
        scheduler.look();
        stampRuns("jobs.late");
        time.sleep(Duration.ofMinutes(65));
        scheduler.look();
        assertThat(begun("jobs.late")).isEmpty();
        time.sleep(Duration.ofMinutes(2));
        scheduler.look();
        assertThat(begun("jobs.late")).containsExactly("checkpoint");
    }

    @Test
    void a_table_with_two_names_is_scheduled_once_and_a_name_may_be_as_long_as_it_can() {
        String name = "j".repeat(128) + "." + "t".repeat(128);
        Scheduler scheduler = replica(new Random(1));
        table(name, "\"sluice.checkpoint.every\":\"PT1H\"");
        Path place = root.resolve(name.replace('.', '/'));
        call("POST", "/tables", "{\"name\":\"jobs.other\",\"location\":\"" + place + "\"}", 201);
        call("POST", "/tables/jobs.other/rows", "[{\"id\":2}]", 200);
        scheduler.look();
        stampRuns(name);
        time.sleep(Duration.ofHours(2));
        scheduler.look();
        assertThat(Stream.concat(begun(name).stream(), begun("jobs.other").stream()))
                .containsExactly("checkpoint");
    }

    @Test
    void a_table_is_noticed_when_it_is_made_also_by_a_replica_that_runs_nothing() {
        Scheduler scheduler = replica(new Random(1));
        Scheduler other = replica(new Random(2));
        create("jobs.made", "\"sluice.checkpoint.every\":\"PT1H\"");
        scheduler.note();
        stampRuns("jobs.made");
        assertThat(begun("jobs.made")).isEmpty();
        time.sleep(Duration.ofHours(2));
        other.look();
        assertThat(begun("jobs.made")).containsExactly("checkpoint");
    }

    @Test
    void what_could_not_be_noticed_is_noticed_later() throws IOException {
        Scheduler scheduler = replica(new Random(1));
        table("jobs.later", "\"sluice.checkpoint.every\":\"PT1H\"");
        Path runs = runs("jobs.later");
        Files.createDirectories(runs.getParent());
        Files.writeString(runs, "a file where a directory is needed");
        scheduler.look();
        Files.delete(runs);
        scheduler.look();
        assertThat(runs.resolve("checkpoint.000000000000")).exists();
    }

    @Test
    void what_is_switched_off_does_not_run_by_itself() {
        Scheduler scheduler = replica(new Random(1));
        table("jobs.off", "\"sluice.statistics.every\":\"PT1H\",\"sluice.checkpoint.every\":\"PT1H\"");
        scheduler.look();
        stampRuns("jobs.off");
        time.sleep(Duration.ofHours(2));
        scheduler.look();
        assertThat(begun("jobs.off")).containsExactly("checkpoint");
    }

    @Test
    void what_is_scheduled_no_more_is_forgotten() {
        Scheduler scheduler = replica(new Random(1));
        table("jobs.ended", "\"sluice.checkpoint.every\":\"PT1H\",\"sluice.vacuum.every\":\"PT1H\"");
        scheduler.look();
        stampRuns("jobs.ended");
        call(
                "PATCH",
                "/tables/jobs.ended",
                "{\"changes\":[{\"op\":\"unset-properties\",\"keys\":[\"sluice.checkpoint.every\"]}]}",
                200);
        time.sleep(Duration.ofHours(2));
        scheduler.look();
        assertThat(begun("jobs.ended")).containsExactly("vacuum");
        call(
                "PATCH",
                "/tables/jobs.ended",
                "{\"changes\":[{\"op\":\"unset-properties\",\"keys\":[\"sluice.vacuum.every\"]}]}",
                200);
        scheduler.look();
        assertThat(runs("jobs.ended")).doesNotExist();
    }

    @Test
    void a_schedule_that_cannot_be_is_refused() {
        table("jobs.bad", "");
        for (String property : List.of(
                "\"sluice.optimize.every\":\"6 hours\"",
                "\"sluice.optimize.every\":\"PT1S\"",
                "\"sluice.tidy.every\":\"PT6H\"")) {
            JsonNode problem = call(
                    "PATCH",
                    "/tables/jobs.bad",
                    "{\"changes\":[{\"op\":\"set-properties\",\"properties\":{" + property + "}}]}",
                    422);
            assertThat(problem.path("type").asString()).isEqualTo("/problems/invalid-schema");
            assertThat(problem.path("detail").asString()).contains("every");
        }
    }
}
