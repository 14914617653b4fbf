package io.sluice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

/// The chart in `helm/sluice`: what plain Java can see, and what `helm` renders and `kubeconform` accepts
/// where they are (`scripts/install-helm.sh`).
class ChartTest {

    private static final Path CHART = Path.of("helm/sluice");
    private static final String PROXY = "gateway.containers[0].name=proxy,gateway.containers[0].image=proxy:1";

    private static final String KEYS = "auth.mode=keys,auth.secret=access";
    private static final String EVERYTHING = KEYS
            + ",ingress.enabled=true,ingress.host=tables.example.com,ingress.tlsSecret=tls,ingress.routeByTable=true"
            + ",autoscaling.enabled=true,serviceMonitor.enabled=true,prometheusRule.enabled=true,dashboard.enabled=true"
            + ",tracing.endpoint=http://collector:4318/v1/traces,s3.credentialsSecret=keys";

    private static final Path SCHEMAS = Path.of("target/tools/schemas");

    @TempDir
    private Path directory;

    @Test
    void chart_and_build_have_the_same_version() throws IOException {
        String pom = Files.readString(Path.of("pom.xml"));
        String version = pom.split("<artifactId>sluice</artifactId>", 2)[1].split("<version>|</version>", 3)[1];
        var chart = new Yaml().<java.util.Map<String, Object>>load(Files.readString(CHART.resolve("Chart.yaml")));

        assertThat(chart.get("appVersion")).isEqualTo(version);
        assertThat(chart.get("version")).isEqualTo(version.replace("-SNAPSHOT", ""));
    }

    @Test
    void each_value_is_in_the_schema_and_nothing_else() throws IOException {
        var schema = JsonMapper.shared().readTree(Files.readString(CHART.resolve("values.schema.json")));
        var values = new Yaml().<java.util.Map<String, Object>>load(Files.readString(CHART.resolve("values.yaml")));
        List<String> known = new ArrayList<>(schema.get("properties").propertyNames());
        known.remove("global");

        assertThat(values.keySet()).containsExactlyInAnyOrderElementsOf(known);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replicas=2",
                "s3.credentialsSecret=keys,s3.endpoint=http://minio:9000,s3.pathStyleAccess=true",
                PROXY + ",ingress.enabled=true,ingress.host=tables.example.com,ingress.tlsSecret=tls",
                "serviceMonitor.enabled=true,serviceMonitor.labels.release=prometheus",
                "serviceAccount.create=false,podDisruptionBudget.enabled=false,networkPolicy.enabled=false",
                EVERYTHING,
            })
    void the_chart_renders_to_valid_objects(String values) throws Exception {
        String helm = tool("helm");
        Result lint =
                run(List.of(helm, "lint", "--strict", "--kube-version", "1.34.0", CHART.toString(), "--set", values));
        Result rendered =
                run(List.of(helm, "template", "sluice", "--kube-version", "1.34.0", CHART.toString(), "--set", values));

        assertThat(lint.exit()).as(lint.output()).isZero();
        assertThat(rendered.exit()).as(rendered.output()).isZero();
        assertThat(new Yaml().loadAll(rendered.output())).isNotEmpty();
    }

    /// Against the API's own schemas; a ServiceMonitor and a PrometheusRule are not the API's.
    @ParameterizedTest
    @ValueSource(
            strings = {
                "replicas=2,serviceMonitor.enabled=true",
                PROXY + ",ingress.enabled=true,ingress.host=tables.example.com,ingress.tlsSecret=tls",
                "s3.credentialsSecret=keys,s3.endpoint=http://minio:9000,s3.pathStyleAccess=true",
                EVERYTHING,
            })
    void the_objects_are_what_the_kubernetes_api_takes(String values) throws Exception {
        String helm = tool("helm");
        Result rendered =
                run(List.of(helm, "template", "sluice", "--kube-version", "1.34.0", CHART.toString(), "--set", values));

        Result checked = kubeconform(rendered.output());

        assertThat(checked.exit()).as(checked.output()).isZero();
        assertThat(checked.output()).contains("Invalid: 0, Errors: 0").doesNotContain("Valid: 0");
        assertThat(kubeconform(rendered.output().replace("serviceAccountName:", "serviceAccountNamee:"))
                        .exit())
                .isNotZero();
    }

    private Result kubeconform(String objects) throws IOException, InterruptedException {
        String kubeconform = tool("kubeconform");
        assumeTrue(Files.isDirectory(SCHEMAS), "no schemas of Kubernetes: run scripts/install-helm.sh");
        Path file = Files.writeString(directory.resolve("objects.yaml"), objects);
        return run(List.of(
                kubeconform,
                "-strict",
                "-summary",
                "-kubernetes-version",
                "1.34.0",
                "-skip",
                "ServiceMonitor,PrometheusRule",
                "-schema-location",
                SCHEMAS
                        + "/{{ .NormalizedKubernetesVersion }}-standalone{{ .StrictSuffix }}/{{ .ResourceKind }}{{ .KindSuffix }}.json",
                file.toString()));
    }

    @Test
    void without_a_proxy_nothing_leads_to_the_tables() throws Exception {
        String helm = tool("helm");

        String rendered = run(List.of(helm, "template", "sluice", "--kube-version", "1.34.0", CHART.toString()))
                .output();

        assertThat(rendered).contains("value: 127.0.0.1").doesNotContain("name: http", "containerPort: 8080");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "replica=3",
                "replicas=0",
                "ingress.enabled=true",
                "memory=lots",
                "auth.mode=keys",
                "auth.mode=passwords",
                "tracing.endpoint=collector:4318",
                "upgrade.drainSeconds=60"
            })
    void values_that_cannot_work_are_refused(String values) throws Exception {
        String helm = tool("helm");

        assertThat(run(List.of(
                                helm,
                                "template",
                                "sluice",
                                "--kube-version",
                                "1.34.0",
                                CHART.toString(),
                                "--set",
                                values))
                        .exit())
                .isNotZero();
    }

    @Test
    void with_keys_callers_reach_the_service_itself() throws Exception {
        String rendered = rendered(KEYS);

        assertThat(rendered)
                .contains(
                        "value: 0.0.0.0",
                        "containerPort: 8080",
                        "targetPort: 8080",
                        "name: SLUICE_AUTH_FILE",
                        "secretName: access")
                .doesNotContain("value: 127.0.0.1");
    }

    /// What the test of rolling restarts relies on.
    @Test
    void an_upgrade_takes_nothing_away_before_it_has_something_new() throws Exception {
        String rendered = rendered("replicas=3");

        assertThat(rendered)
                .contains("maxUnavailable: 0", "maxSurge: 1", "preStop:", "terminationGracePeriodSeconds: 75");
    }

    @Test
    void an_autoscaler_decides_how_many_replicas_there_are() throws Exception {
        assertThat(rendered("autoscaling.enabled=true"))
                .contains("kind: HorizontalPodAutoscaler")
                .doesNotContain("replicas: 2");
    }

    @Test
    void alerts_and_dashboard_are_what_their_files_are() throws Exception {
        for (Object object : new Yaml().loadAll(rendered(EVERYTHING))) {
            var map = (java.util.Map<?, ?>) object;
            if (map.get("kind").equals("PrometheusRule")) {
                assertThat(map.get("spec"))
                        .isEqualTo(new Yaml().load(Files.readString(CHART.resolve("files/alerts.yaml"))));
            }
            if (map.get("kind").equals("ConfigMap")) {
                var data = (java.util.Map<?, ?>) map.get("data");
                assertThat(JsonMapper.shared().readTree(String.valueOf(data.get("sluice.json"))))
                        .isEqualTo(
                                JsonMapper.shared().readTree(Files.readString(CHART.resolve("files/dashboard.json"))));
            }
        }
    }

    /// What kube-score calls critical, but for a limit of CPU (see values.yaml) and pulling images whose tags do not
    /// change.
    @Test
    void a_critic_of_charts_finds_nothing_critical() throws Exception {
        String score = tool("kube-score");
        Path file = Files.writeString(directory.resolve("objects.yaml"), rendered(EVERYTHING));

        Result scored = run(List.of(
                score,
                "score",
                "--output-format",
                "ci",
                "--ignore-container-cpu-limit",
                "--ignore-test",
                "container-image-pull-policy",
                file.toString()));

        assertThat(scored.output().lines().filter(line -> line.startsWith("[CRITICAL]")))
                .isEmpty();
        assertThat(scored.output()).contains("[OK]");
    }

    @Test
    void alerts_are_valid_and_fire_when_they_should() throws Exception {
        tool("promtool");

        Result checked = run(List.of("scripts/check-alerts"));

        assertThat(checked.exit()).as(checked.output()).isZero();
    }

    private String rendered(String values) throws Exception {
        Result rendered = run(List.of(
                tool("helm"), "template", "sluice", "--kube-version", "1.34.0", CHART.toString(), "--set", values));
        assertThat(rendered.exit()).as(rendered.output()).isZero();
        return rendered.output();
    }

    private record Result(int exit, String output) {}

    private Result run(List<String> command) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        var process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        return new Result(process.waitFor(), Files.readString(output));
    }

    private static String tool(String name) {
        Optional<Path> found = Stream.concat(
                        Stream.of("target/tools"),
                        Stream.of(String.valueOf(System.getenv("PATH")).split(File.pathSeparator, -1)))
                .map(place -> Path.of(place, name))
                .filter(Files::isExecutable)
                .findFirst();
        String script = name.equals("promtool") ? "scripts/check-alerts --install" : "scripts/install-helm.sh";
        assumeTrue(found.isPresent(), name + " is not installed: run " + script);
        return found.map(path -> path.toAbsolutePath().toString()).orElseThrow();
    }
}
