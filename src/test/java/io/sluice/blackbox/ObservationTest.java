package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What an operator sees is what the service tells.
class ObservationTest {

    private static final Pattern METRIC = Pattern.compile("\\b(?:sluice|http|jvm|process)_[a-z_]+\\b");

    private final RunningSluice sluice = RunningSluice.shared();

    private Set<String> told() {
        Table table = Table.of(sluice, "id long");
        table.append("[{\"id\":1}]");
        table.content();
        Set<String> names = new TreeSet<>();
        sluice.get("/actuator/prometheus")
                .send()
                .expect(200)
                .text()
                .lines()
                .filter(line -> !line.startsWith("#"))
                .forEach(line -> names.add(line.split("[{ ]", 2)[0]));
        return names;
    }

    @ParameterizedTest
    @ValueSource(strings = {"alerts.yaml", "alerts_test.yaml"})
    void each_metric_of_the_alerts_exists(String file) throws IOException {
        String text = Files.readString(Path.of("helm/sluice/files", file));
        Set<String> named = new TreeSet<>();
        METRIC.matcher(text).results().forEach(match -> named.add(match.group()));

        assertThat(named).hasSizeGreaterThan(8).isSubsetOf(told());
    }

    @Test
    void each_metric_of_the_dashboard_exists() throws IOException {
        JsonNode dashboard = Answer.JSON.readTree(Files.readString(Path.of("helm/sluice/files/dashboard.json")));
        Set<String> named = new TreeSet<>();
        Stream.concat(dashboard.findValues("expr").stream(), dashboard.path("templating").findValues("query").stream())
                .flatMap(expression -> METRIC.matcher(expression.asString()).results())
                .forEach(match -> named.add(match.group()));
        // Only when the first collection has paused the process.
        named.remove("jvm_gc_pause_seconds_sum");

        assertThat(named).hasSizeGreaterThan(15).isSubsetOf(told());
    }

    /// Every alert has a counterpart in the test of the alerts that makes it fire.
    @Test
    void each_alert_is_tested() throws IOException {
        String tests = Files.readString(Path.of("helm/sluice/files/alerts_test.yaml"));
        Set<String> alerts = new TreeSet<>();
        Pattern.compile("- alert: (\\w+)")
                .matcher(Files.readString(Path.of("helm/sluice/files/alerts.yaml")))
                .results()
                .forEach(match -> alerts.add(match.group(1)));

        assertThat(alerts).isNotEmpty().allSatisfy(alert -> assertThat(tests).contains("alertname=\"" + alert + "\""));
    }

    @Test
    void health_tells_operators_what_is_missing() {
        JsonNode readiness =
                sluice.get("/actuator/health/readiness").send().expect(200).json();
        assertThat(readiness.path("components").propertyNames()).contains("storage", "readinessState");
        JsonNode whole = sluice.get("/actuator/health").send().expect(200).json();
        assertThat(whole.has("components")).isFalse();
        JsonNode liveness =
                sluice.get("/actuator/health/liveness").send().expect(200).json();
        assertThat(liveness.has("components")).isFalse();
        sluice.get("/actuator/env").send().expectProblem(404, "not-found");
        sluice.get("/actuator/heapdump").send().expectProblem(404, "not-found");
    }
}
