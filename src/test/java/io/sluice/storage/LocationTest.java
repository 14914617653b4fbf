package io.sluice.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LocationTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            s3a://bucket/a/b           | s3a  | bucket | /a/b
            s3://bucket/a/b/           | s3a  | bucket | /a/b
            s3n://bucket               | s3a  | bucket | /
            S3A://bucket/              | s3a  | bucket | /
            s3a://bucket//a/./b        | s3a  | bucket | /a/b
            s3a://bucket/a%20b/%C3%BC  | s3a  | bucket | /a b/ü
            s3a://bucket/a b/ü         | s3a  | bucket | /a b/ü
            s3a://bucket/a%2Bb+c       | s3a  | bucket | /a+b+c
            s3a://bucket/a%23%3F%25    | s3a  | bucket | /a#?%
            file:/data                 | file | ''     | /data
            file:///data/x             | file | ''     | /data/x
            file://localhost/data      | file | ''     | /data
            /data/a%20b                | file | ''     | /data/a%20b
            /data/a#b?c                | file | ''     | /data/a#b?c
            /data/x/../y/.             | file | ''     | /data/y
            /                          | file | ''     | /
            hdfs://host:8020/x         | hdfs | host:8020 | /x
            """)
    void texts_are_read(String text, String scheme, String authority, String path) {
        assertThat(Location.parse(text)).isEqualTo(new Location(scheme, authority, path));
    }

    @Test
    void a_relative_path_is_relative_to_the_working_directory() {
        assertThat(Location.parse("./data").path())
                .isEqualTo(Path.of("data").toAbsolutePath().toString());
        assertThat(Location.parse("./a:b").name()).isEqualTo("a:b");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "s3a:///no-bucket",
                "s3a:relative",
                "file:relative",
                "file://host/data",
                "file:///a/../b",
                "file:///a/%2e%2e/b",
                "s3a://bucket/a?b",
                "s3a://bucket/a#b",
                "s3a://bucket/a%2",
                "s3a://bucket/a%zz",
                "s3a://bucket/a%FF",
                "s3a://bucket/a%00",
                "jar:file:/x.jar!/y"
            })
    void texts_that_name_no_place_are_refused(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Location.parse(text));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/a",
                "/a b/c%20d",
                "/ha#sh/quest?ion",
                "/quote'\"`",
                "/ünï/漢字/\uD83D\uDE00",
                "/back\\slash",
                "/p=a%2Fb",
                "/a:b@c"
            })
    void what_is_written_is_read_back(String path) {
        Location local = new Location("file", "", path);
        Location remote = new Location("s3a", "bucket", path);

        assertThat(Location.parse(local.toString())).isEqualTo(local);
        assertThat(Location.parse(remote.toString())).isEqualTo(remote);
        assertThat(local.toString()).matches("file://[\\x21-\\x7E]+");
    }

    @Test
    void reserved_characters_are_escaped() {
        assertThat(new Location("s3a", "bucket", "/a b/c%#?ü")).hasToString("s3a://bucket/a%20b/c%25%23%3F%C3%BC");
        assertThat(new Location("s3a", "bucket", "/a b%20").toUnescapedString()).isEqualTo("s3a://bucket/a b%20");
    }

    @Test
    void relative_paths_are_resolved() {
        Location table = Location.parse("s3a://bucket/table");

        assertThat(table.resolve("p=a%2Fb/part 1.parquet").path()).isEqualTo("/table/p=a%2Fb/part 1.parquet");
        assertThat(table.resolve("./a//b/")).isEqualTo(table.resolve("a").resolve("b"));
        assertThat(table.resolve("..a/b..").path()).isEqualTo("/table/..a/b..");
        assertThat(table.resolve("")).isEqualTo(table);
        assertThat(Location.parse("s3a://bucket").resolve("a").path()).isEqualTo("/a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"..", "../x", "a/../../x", "a/..", "/x", "//x", "a\0b"})
    void paths_that_lead_out_are_refused(String relative) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Location.parse("s3a://bucket/table").resolve(relative));
    }

    @Test
    void a_location_has_a_name_and_a_parent() {
        Location file = Location.parse("s3a://bucket/table/part");

        assertThat(file.name()).isEqualTo("part");
        assertThat(file.parent()).isEqualTo(Location.parse("s3a://bucket/table"));
        assertThat(file.parent().parent()).isEqualTo(Location.parse("s3a://bucket"));
        assertThat(file.parent().parent().parent()).isEqualTo(Location.parse("s3a://bucket"));
        assertThat(Location.parse("s3a://bucket").name()).isEmpty();
    }

    @Test
    void within_means_below_or_the_same() {
        Location root = Location.parse("s3a://bucket/top");

        assertThat(root.isWithin(root)).isTrue();
        assertThat(root.resolve("a").isWithin(root)).isTrue();
        assertThat(root.isWithin(Location.parse("s3a://bucket"))).isTrue();
        assertThat(Location.parse("s3a://bucket/topped").isWithin(root)).isFalse();
        assertThat(Location.parse("s3a://other/top/a").isWithin(root)).isFalse();
        assertThat(Location.parse("file:///top/a").isWithin(root)).isFalse();
        assertThat(root.isWithin(root.resolve("a"))).isFalse();
    }
}
