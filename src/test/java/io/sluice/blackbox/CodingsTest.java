package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Content codings and media types of bodies that are documents, and codings of answers.
class CodingsTest {

    private final RunningSluice sluice = RunningSluice.shared();
    private final Table table = Table.of(sluice, "id long", "name string");

    private static byte[] gzip(String text) throws IOException {
        var out = new ByteArrayOutputStream();
        try (var gzip = new GZIPOutputStream(out)) {
            gzip.write(Bodies.utf8(text));
        }
        return out.toByteArray();
    }

    @Test
    void an_answer_comes_in_zstd_for_who_asks_for_it() throws IOException {
        table.append(IntStream.range(0, 500)
                .mapToObj(i -> "{\"id\":" + i + ",\"name\":\"a name that is the same\"}")
                .collect(Collectors.joining(",", "[", "]")));
        for (String type : new String[] {"application/json", "application/x-ndjson", "text/csv"}) {
            byte[] plain = table.get("/rows").accept(type).send().expect(200).body();
            Answer coded = table.get("/rows")
                    .accept(type)
                    .header("Accept-Encoding", "zstd")
                    .send()
                    .expect(200);
            assertThat(coded.header("Content-Encoding")).isEqualTo("zstd");
            assertThat(coded.body().length).isLessThan(plain.length / 2);
            try (var zstd = new ZstdInputStream(new ByteArrayInputStream(coded.body()))) {
                assertThat(zstd.readAllBytes()).isEqualTo(plain);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "zstd"})
    void a_document_may_be_coded(String coding) throws IOException {
        String change = "{\"changes\":[{\"op\":\"set-comment\",\"comment\":\"" + coding + "\"}]}";
        byte[] body = coding.equals("gzip") ? gzip(change) : Zstd.compress(change.getBytes(StandardCharsets.UTF_8));
        Answer changed = sluice.call("PATCH", table.path())
                .body("application/json", body)
                .header("Content-Encoding", coding)
                .send()
                .expect(200);
        assertThat(changed.json().path("comment").asString()).isEqualTo(coding);
    }

    @Test
    void a_document_in_another_coding_is_refused() {
        sluice.call("PATCH", table.path())
                .json("{\"changes\":[{\"op\":\"set-comment\",\"comment\":\"x\"}]}")
                .header("Content-Encoding", "br")
                .send()
                .expectProblem(415, "unsupported-media-type");
        sluice.call("PATCH", table.path())
                .body("application/json", new byte[] {1, 2, 3})
                .header("Content-Encoding", "gzip")
                .send()
                .expectProblem(400, "malformed-body");
    }

    @Test
    void documents_are_json_and_nothing_else() {
        sluice.post("/v1/tables")
                .body("application/yaml", Bodies.utf8("name: scenario.yaml\ncolumns: []\n"))
                .send()
                .expectProblem(415, "unsupported-media-type");
        sluice.get("/v1/tables").accept("application/yaml").send().expectProblem(406, "not-acceptable");
    }
}
