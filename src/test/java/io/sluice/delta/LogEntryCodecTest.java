package io.sluice.delta;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import io.sluice.table.TypeText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogEntryCodecTest {

    private static List<Action> everyAction() {
        Map<String, Object> info = new LinkedHashMap<>();
        info.put("timestamp", 1_700_000_000_000L);
        info.put("operation", "WRITE");
        info.put("operationParameters", Map.of("mode", "Append"));
        info.put("isBlindAppend", true);
        info.put("ratio", 0.5);
        info.put("list", List.of("a", 1L));
        info.put("txnId", "x");
        Map<String, @Nullable String> partition = new HashMap<>();
        partition.put("p", null);
        partition.put("q", "a\"b\n é😀");
        Optional<Action.DeletionVector> vector =
                Optional.of(new Action.DeletionVector("u", "ab^-aqEH.-t@S}K{vb[*k^", OptionalLong.of(4), 40, 6));
        Schema schema = new Schema(List.of(
                new Column("a", TypeText.parse("map<string,array<struct<`x.y`:decimal(10,2)>>>"), false, Map.of()),
                new Column(
                        "b",
                        DataType.Primitive.VARIANT,
                        true,
                        Map.of("comment", "c", "n", 7L, "m", Map.of("k", true)))));
        return List.of(
                new Action.CommitInfo(info),
                new Action.Protocol(3, 7, List.of("deletionVectors"), List.of("deletionVectors", "appendOnly")),
                new Action.Metadata(
                        "id",
                        Optional.of("n"),
                        Optional.of("d"),
                        schema,
                        List.of("p"),
                        Map.of("k", "v"),
                        OptionalLong.of(5)),
                new Action.AddFile(
                        "a%20b",
                        partition,
                        7,
                        8,
                        false,
                        Optional.of("{\"numRecords\":1}"),
                        Map.of("t", "u"),
                        vector,
                        OptionalLong.of(3),
                        OptionalLong.of(4),
                        Optional.of("liquid")),
                new Action.RemoveFile(
                        "r",
                        OptionalLong.of(9),
                        true,
                        partition,
                        OptionalLong.of(1),
                        vector,
                        OptionalLong.of(2),
                        OptionalLong.of(3),
                        OptionalLong.of(4)),
                new Action.AddCdcFile("_change_data/c", partition, 11),
                new Action.SetTransaction("app", 12, OptionalLong.of(13)),
                new Action.DomainMetadata("domain", "{}", true));
    }

    private static LogEntry decode(byte[] content) {
        return LogEntryCodec.decode(3, Instant.EPOCH, content);
    }

    @Test
    void every_action_comes_back_as_it_was() {
        assertThat(decode(LogEntryCodec.encode(everyAction())).actions()).isEqualTo(everyAction());
    }

    @Test
    void an_entry_cut_inside_a_line_is_corrupt_wherever_it_is_cut() {
        byte[] whole = LogEntryCodec.encode(everyAction());
        for (int length = 0; length < whole.length - 1; length++) {
            boolean betweenLines = length > 0 && (whole[length] == '\n' || whole[length - 1] == '\n');
            if (!betweenLines) {
                byte[] cut = Arrays.copyOf(whole, length);
                assertThat(failure(cut)).as("cut to %d bytes", length).isInstanceOf(Failure.TableCorrupt.class);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n\n",
                "   ",
                "null",
                "[]",
                "7",
                "{\"add\":{}}",
                "{\"add\":{\"path\":7}}",
                "{\"protocol\":{\"minReaderVersion\":1}}",
                "{\"add\":{\"path\":\"a\"}} x",
                "\u0000\u0000\u0000",
                "{\"metaData\":{\"id\":\"1\",\"schemaString\":\"{\"}}",
                "{\"protocol\":{\"minReaderVersion\":99999999999,\"minWriterVersion\":1}}"
            })
    void what_is_not_an_action_is_corrupt(String content) {
        assertThat(failure(content.getBytes(StandardCharsets.UTF_8))).isInstanceOf(Failure.TableCorrupt.class);
    }

    @Test
    void unknown_actions_and_members_are_passed_over() {
        String content =
                "{\"future\":{\"deep\":[{\"x\":1}]}}\r\n{\"add\":{\"path\":\"a\",\"new\":{\"y\":[1]},\"size\":2}}";

        List<Action> actions = decode(content.getBytes(StandardCharsets.UTF_8)).actions();

        assertThat(actions.getFirst()).isEqualTo(new Action.Other("future"));
        assertThat(actions.getLast())
                .isInstanceOfSatisfying(
                        Action.AddFile.class, add -> assertThat(add.size()).isEqualTo(2));
    }

    @Test
    void an_unknown_type_is_named() {
        String content =
                "{\"metaData\":{\"id\":\"1\",\"schemaString\":\"{\\\"type\\\":\\\"struct\\\",\\\"fields\\\":[{\\\"name\\\":\\\"g\\\","
                        + "\\\"type\\\":\\\"geometry(OGC:CRS84)\\\",\\\"nullable\\\":true,\\\"metadata\\\":{}}]}\",\"partitionColumns\":[],"
                        + "\"configuration\":{}}}";

        assertThat(failure(content.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOfSatisfying(
                        Failure.UnsupportedTableFeature.class,
                        failure -> assertThat(failure.features()).containsExactly("geometry(OGC:CRS84)"));
    }

    @Test
    void an_action_that_was_not_understood_cannot_be_written() {
        assertThatThrownBy(() -> LogEntryCodec.encode(List.of(new Action.Other("future"))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static Failure failure(byte[] content) {
        Throwable thrown = catchThrowable(() -> decode(content));
        assertThat(thrown).isInstanceOf(FailureException.class);
        return ((FailureException) thrown).failure();
    }
}
