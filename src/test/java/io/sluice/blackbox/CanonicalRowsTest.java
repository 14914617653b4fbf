package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class CanonicalRowsTest {

    @Test
    void canonical_rows_stay_as_they_are() throws IOException {
        ConformancePack pack = ConformancePack.open();
        for (ConformancePack.Case question : pack.cases().toList()) {
            Path file = pack.folder().resolve(question.expected().path("file").asString("none"));
            if (!Files.isRegularFile(file)) {
                continue;
            }
            CanonicalType.Struct columns =
                    CanonicalType.ofColumns(question.expected().path("schema"));
            List<String> expected = Files.readAllLines(file);
            List<String> lines = expected.stream()
                    .map(line -> CanonicalRows.line(columns, Answer.JSON.readTree(line)))
                    .toList();
            assertThat(CanonicalRows.sorted(lines)).as(question.id()).isEqualTo(expected);
            assertThat(CanonicalRows.sha256(lines))
                    .as(question.id())
                    .isEqualTo(question.expected().path("sha256").asString());
        }
    }

    @Test
    void numbers_are_written_as_python_writes_them() {
        CanonicalType.Struct columns =
                CanonicalType.ofColumns(Answer.JSON.readTree("[{\"name\":\"d\",\"type\":\"double\"}]"));
        assertThat(List.of(
                        "4",
                        "1e-10",
                        "-0.0",
                        "1e16",
                        "123456789012345680",
                        "1e15",
                        "0.0001",
                        "0.00001",
                        "2.5e-7",
                        "1e22"))
                .extracting(number -> CanonicalRows.line(columns, Answer.JSON.readTree("{\"d\":" + number + "}")))
                .containsExactly(
                        "{\"d\":4.0}",
                        "{\"d\":1e-10}",
                        "{\"d\":-0.0}",
                        "{\"d\":1e+16}",
                        "{\"d\":1.2345678901234568e+17}",
                        "{\"d\":1000000000000000.0}",
                        "{\"d\":0.0001}",
                        "{\"d\":1e-05}",
                        "{\"d\":2.5e-07}",
                        "{\"d\":1e+22}");
    }

    @Test
    void a_type_reads_the_same_in_both_forms() {
        CanonicalType text =
                CanonicalType.of(Answer.JSON.readTree("\"map<string,array<struct<a:decimal(10,2),`b c``:`:long>>>\""));
        CanonicalType json = CanonicalType.of(Answer.JSON.readTree("""
                {"type":"map","keyType":"string","valueContainsNull":true,"valueType":{"type":"array","containsNull":true,
                 "elementType":{"type":"struct","fields":[{"name":"a","type":"decimal(10,2)","nullable":true,"metadata":{}},
                 {"name":"b c`:","type":"long","nullable":true,"metadata":{}}]}}}"""));
        assertThat(text).isEqualTo(json);
    }
}
