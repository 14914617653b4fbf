package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/// Other Delta clients read what Sluice wrote and the other way round, row by row: `scripts/roundtrip/run` against a
/// running service.
class ClientRoundTripTest {

    private final RunningSluice sluice = RunningSluice.shared();

    @TestFactory
    Stream<DynamicTest> other_clients_and_sluice_read_the_same_rows() throws IOException, InterruptedException {
        ForeignClients.Told told = ForeignClients.run(
                "--url", sluice.base().toString(), "--root", sluice.root().toString());
        return Stream.concat(
                comparisons(told.lines()),
                Stream.of(dynamicTest(
                        "the script ends well",
                        () -> assertThat(told.exit())
                                .as(String.join("\n", told.lines()))
                                .isZero())));
    }

    private static Stream<DynamicTest> comparisons(List<String> lines) {
        var byCase = new LinkedHashMap<String, List<String>>();
        lines.stream()
                .filter(line -> line.startsWith("same ") || line.startsWith("DIFFERS "))
                .forEach(line -> byCase.computeIfAbsent(
                                line.substring(8, line.indexOf(':', 8)), name -> new ArrayList<>())
                        .add(line));
        return byCase.entrySet().stream()
                .map(told -> dynamicTest(
                        told.getKey(),
                        () -> assertThat(told.getValue()).noneMatch(line -> line.startsWith("DIFFERS "))));
    }
}
