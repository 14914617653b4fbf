package io.sluice.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import io.sluice.api.ContentCoding;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ContentCodingTest {

    private static final long MAX_BYTES = 64 << 20;

    private static byte[] encode(ContentCoding coding, byte[] plain) throws IOException {
        return switch (coding) {
            case IDENTITY -> plain;
            case ZSTD -> Zstd.compress(plain);
            case GZIP -> {
                var out = new ByteArrayOutputStream();
                try (var gzip = new GZIPOutputStream(out)) {
                    gzip.write(plain);
                }
                yield out.toByteArray();
            }
        };
    }

    private static byte[] decode(ContentCoding coding, byte[] body) throws Exception {
        return decode(coding, new ByteArrayInputStream(body));
    }

    private static byte[] decode(ContentCoding coding, InputStream body) throws Exception {
        try (var ticket = new Admission(1, 0, MAX_BYTES, new Random(1)).enter(0)) {
            var wire = new WireBody(
                    body, new WireBody.Bounds(MAX_BYTES, Duration.ofMinutes(5), 0), Clock.systemUTC(), ticket);
            return new DecodedBody(coding.open(wire), wire, MAX_BYTES, 100).readAllBytes();
        }
    }

    private static byte[] noise(int length) {
        byte[] bytes = new byte[length];
        new Random(5).nextBytes(bytes);
        return bytes;
    }

    @ParameterizedTest
    @EnumSource
    void a_body_is_decoded(ContentCoding coding) throws Exception {
        byte[] plain = noise(300_000);
        assertThat(decode(coding, encode(coding, plain))).isEqualTo(plain);
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void a_body_that_grows_too_much_is_too_large(ContentCoding coding) throws Exception {
        byte[] bomb = encode(coding, new byte[32 << 20]);
        assertThatThrownBy(() -> decode(coding, bomb))
                .isInstanceOfSatisfying(
                        FailureException.class, e -> assertThat(e.failure()).isInstanceOf(Failure.TooLarge.class));
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void a_broken_body_is_malformed(ContentCoding coding) throws Exception {
        byte[] whole = encode(coding, noise(100_000));
        for (byte[] broken :
                new byte[][] {Arrays.copyOf(whole, whole.length / 2), noise(1000), Arrays.copyOf(whole, 5)}) {
            assertThatThrownBy(() -> decode(coding, broken))
                    .isInstanceOfSatisfying(
                            FailureException.class,
                            e -> assertThat(e.failure()).isInstanceOf(Failure.MalformedBody.class));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"GZIP", "ZSTD"})
    void a_connection_that_ends_between_two_members_is_no_end_of_the_body(ContentCoding coding) throws Exception {
        var gone = new IOException("the connection is gone");
        var nothing = new InputStream() {
            @Override
            public int read() throws IOException {
                throw gone;
            }
        };
        var body = new SequenceInputStream(new ByteArrayInputStream(encode(coding, noise(1000))), nothing);
        assertThatThrownBy(() -> decode(coding, body)).isSameAs(gone);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "deflate", "gzip, gzip"})
    void other_codings_are_not_supported(String header) {
        assertThatThrownBy(() -> ContentCoding.of(header))
                .isInstanceOfSatisfying(
                        FailureException.class,
                        e -> assertThat(e.failure()).isInstanceOf(Failure.UnsupportedMediaType.class));
    }
}
