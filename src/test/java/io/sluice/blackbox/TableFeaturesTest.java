package io.sluice.blackbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What this service does with each table feature of the protocol, on tables whose log names it: a feature that it
/// does not keep is refused by name, before anything is written. `PROTOCOL_COVERAGE.md` says the same in words.
class TableFeaturesTest {

    private final RunningSluice sluice = RunningSluice.shared();

    /// A table that another writer left at version 0, with this protocol and these properties.
    private Table withProtocol(String protocol, String configuration) throws IOException {
        Table plain = Table.of(sluice, "id long");
        Table table = Table.unmade(sluice);
        Trees.copy(plain.directory(), table.directory());
        Path commit = table.directory().resolve("_delta_log").resolve("00000000000000000000.json");
        var lines = Files.readAllLines(commit).stream()
                .map(line -> line.startsWith("{\"protocol\"") ? "{\"protocol\":" + protocol + "}" : line)
                .map(line -> line.startsWith("{\"metaData\"")
                        ? line.replaceFirst("\"configuration\":\\{[^}]*}", "\"configuration\":{" + configuration + "}")
                        : line)
                .toList();
        Files.write(commit, lines);
        return table;
    }

    private void check(Table table, String feature, String read, String append) {
        Answer rows = table.rows().send();
        if (read.equals("reads")) {
            rows.expect(200);
        } else {
            assertThat(rows.expectProblem(422, "unsupported-table-feature").toString())
                    .contains(feature);
        }
        var files = table.files();
        Answer posted = table.post().json("[{\"id\":1}]").send();
        Answer checkpoint = sluice.post(table.path() + "/checkpoint")
                .header("Prefer", "wait=60")
                .json("{}")
                .send();
        if (append.equals("appends")) {
            posted.expect(200);
            assertThat(table.content()).containsExactly("{\"id\":1}");
            assertThat(checkpoint.expect(200).json().path("state").asString()).isEqualTo("succeeded");
        } else {
            assertThat(posted.expectProblem(422, "unsupported-table-feature").toString())
                    .contains(feature);
            assertThat(checkpoint
                            .expectProblem(422, "unsupported-table-feature")
                            .toString())
                    .contains(feature);
            assertThat(table.files()).isEqualTo(files);
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "appendOnly|\"delta.appendOnly\":\"true\"|reads|appends",
                "invariants||reads|appends",
                "changeDataFeed|\"delta.enableChangeDataFeed\":\"true\"|reads|appends",
                "checkConstraints|\"delta.constraints.positive\":\"id > 0\"|reads|appends",
                "generatedColumns||reads|appends",
                "identityColumns||reads|appends",
                "allowColumnDefaults||reads|appends",
                "domainMetadata||reads|appends",
                "inCommitTimestamp||reads|appends",
                "clustering||reads|appends",
                "icebergCompatV1|\"delta.enableIcebergCompatV1\":\"true\"|reads|refuses",
                "icebergCompatV2|\"delta.enableIcebergCompatV2\":\"true\"|reads|refuses",
                "materializePartitionColumns|\"delta.enableMaterializePartitionColumns\":\"true\"|reads|refuses",
                "checkpointProtection||reads|appends",
                "futureWriterFeature||reads|refuses",
            })
    void a_writer_feature(String feature, String configuration, String read, String append) throws IOException {
        String protocol = "{\"minReaderVersion\":1,\"minWriterVersion\":7,\"writerFeatures\":[\"" + feature + "\"]}";
        check(withProtocol(protocol, configuration == null ? "" : configuration), feature, read, append);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "columnMapping||reads|appends",
                "deletionVectors|\"delta.enableDeletionVectors\":\"true\"|reads|appends",
                "timestampNtz||reads|appends",
                "typeWidening|\"delta.enableTypeWidening\":\"true\"|reads|appends",
                "typeWidening-preview|\"delta.enableTypeWidening\":\"true\"|reads|appends",
                "variantType||reads|appends",
                "variantType-preview||reads|appends",
                "variantShredding-preview||reads|appends",
                "v2Checkpoint|\"delta.checkpointPolicy\":\"v2\"|reads|appends",
                "vacuumProtocolCheck||reads|appends",
                "catalogManaged||refuses|refuses",
                "catalogOwned-preview||refuses|refuses",
                "futureReaderFeature||refuses|refuses",
            })
    void a_reader_and_writer_feature(String feature, String configuration, String read, String append)
            throws IOException {
        String protocol = "{\"minReaderVersion\":3,\"minWriterVersion\":7,\"readerFeatures\":[\"" + feature
                + "\"],\"writerFeatures\":[\"" + feature + "\"]}";
        check(withProtocol(protocol, configuration == null ? "" : configuration), feature, read, append);
    }

    @ParameterizedTest(name = "reader {0}, writer {1}")
    @CsvSource({
        "1,1,reads,appends",
        "1,2,reads,appends",
        "1,3,reads,appends",
        "1,4,reads,appends",
        "2,5,reads,appends",
        "2,6,reads,appends",
        "1,8,reads,refuses",
        "4,7,refuses,refuses"
    })
    void a_protocol_version(int reader, int writer, String read, String append) throws IOException {
        Table table = withProtocol("{\"minReaderVersion\":" + reader + ",\"minWriterVersion\":" + writer + "}", "");
        check(table, "", read, append);
    }
}
