package io.sluice.access.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.api.Permission;
import io.sluice.table.TableName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AccessFileTest {

    private static final String READ = "grants: [{to: [anyone], tables: ['*'], actions: [read]}]";
    private static final String CHANGE = "grants: [{to: [anyone], tables: ['*'], actions: [change]}]";

    @TempDir
    private Path directory;

    private Path path;

    @BeforeEach
    void write() throws IOException {
        path = directory.resolve("access.yaml");
        Files.writeString(path, READ);
    }

    private static boolean allows(AccessFile file, Permission permission) {
        return file.rules().rights(Set.of()).allows(permission, TableName.parse("s.t"));
    }

    @Test
    void a_new_content_is_in_force_after_a_look() throws Exception {
        var file = new AccessFile(path);
        Files.writeString(path, CHANGE);
        assertThat(allows(file, Permission.CHANGE)).isFalse();

        file.look();

        assertThat(allows(file, Permission.CHANGE)).isTrue();
        assertThat(allows(file, Permission.READ)).isFalse();
        assertThat(file.fault()).isEmpty();
    }

    @Test
    void a_link_that_leads_elsewhere_is_a_new_content() throws Exception {
        Path first = Files.createDirectory(directory.resolve("first"));
        Path second = Files.createDirectory(directory.resolve("second"));
        Files.writeString(first.resolve("access.yaml"), READ);
        Files.writeString(second.resolve("access.yaml"), CHANGE);
        Path current = Files.createSymbolicLink(directory.resolve("current"), first);
        var file = new AccessFile(current.resolve("access.yaml"));

        Path swapped = Files.createSymbolicLink(directory.resolve("next"), second);
        Files.move(swapped, current, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        file.look();

        assertThat(allows(file, Permission.CHANGE)).isTrue();
    }

    @Test
    void a_broken_content_leaves_the_old_one_in_force_and_says_so_until_it_is_mended() throws Exception {
        var file = new AccessFile(path);
        Files.writeString(path, "grants: [");

        file.look();

        assertThat(allows(file, Permission.READ)).isTrue();
        assertThat(file.fault()).get().asString().contains("sluice.auth.file").doesNotContain("\n");

        Files.writeString(path, READ);
        file.look();

        assertThat(file.fault()).isEmpty();
    }

    @Test
    void a_file_that_is_gone_leaves_what_it_said_in_force() throws Exception {
        var file = new AccessFile(path);
        Files.delete(path);

        file.look();

        assertThat(allows(file, Permission.READ)).isTrue();
        assertThat(file.fault()).isPresent();
    }

    @Test
    void a_start_with_a_broken_file_is_refused() throws IOException {
        Files.write(path, new byte[] {(byte) 0xff});

        assertThatThrownBy(() -> new AccessFile(path)).isInstanceOf(BadAccessFileException.class);
        assertThatThrownBy(() -> new AccessFile(directory.resolve("none"))).isInstanceOf(BadAccessFileException.class);
    }
}
