package io.sluice.blackbox;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/// Damage to bytes, as broken writers, broken disks and people do it: the same for the same seed.
final class Mutations {

    /// Counts and lengths that programs forget to look at.
    private static final List<Long> NUMBERS = List.of(
            0L,
            1L,
            -1L,
            0x7fL,
            0x80L,
            0xffL,
            0x7fffL,
            0x8000L,
            0xffffL,
            0x7fff_fff0L,
            0x7fff_ffffL,
            0x8000_0000L,
            0xffff_ffffL,
            0x7fff_ffff_ffff_ffffL,
            0x8000_0000_0000_0000L);

    private final List<byte[]> wholes;

    /// @param wholes undamaged bodies of one format
    Mutations(List<byte[]> wholes) {
        this.wholes = wholes;
    }

    /// One of the bodies, damaged once or a few times.
    byte[] damaged(long seed) {
        var random = new Random(seed);
        byte[] bytes = wholes.get(random.nextInt(wholes.size())).clone();
        int wounds = 1 + random.nextInt(random.nextInt(4) == 0 ? 16 : 2);
        for (int wound = 0; wound < wounds && bytes.length > 0; wound++) {
            bytes = wounded(bytes, random);
        }
        return bytes;
    }

    private byte[] wounded(byte[] bytes, Random random) {
        int at = place(bytes.length, random);
        int length = Math.min(bytes.length - at, 1 + random.nextInt(random.nextBoolean() ? 8 : 400));
        return switch (random.nextInt(9)) {
            case 0, 1 -> flipped(bytes, at, random);
            case 2 -> replaced(bytes, at, 4, random);
            case 3 -> replaced(bytes, at, 8, random);
            case 4 -> {
                bytes[at] = (byte) random.nextInt(256);
                yield bytes;
            }
            case 5 -> joined(bytes, at, new byte[0], at + length);
            case 6 -> joined(bytes, at, Arrays.copyOfRange(bytes, at, at + length), at);
            case 7 -> {
                Arrays.fill(bytes, at, at + length, (byte) (random.nextBoolean() ? 0 : 0xff));
                yield bytes;
            }
            default -> transplanted(bytes, at, length, random);
        };
    }

    /// Where formats keep what describes the rest: at the beginning and at the end more often than in between.
    private static int place(int length, Random random) {
        int edge = Math.min(length, 1024);
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(edge);
            case 1 -> length - 1 - random.nextInt(edge);
            default -> random.nextInt(length);
        };
    }

    private static byte[] flipped(byte[] bytes, int at, Random random) {
        bytes[at] ^= (byte) (1 << random.nextInt(8));
        return bytes;
    }

    private static byte[] replaced(byte[] bytes, int at, int width, Random random) {
        long number = NUMBERS.get(random.nextInt(NUMBERS.size()));
        byte[] little = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(number)
                .array();
        System.arraycopy(little, 0, bytes, at, Math.min(width, bytes.length - at));
        return bytes;
    }

    private static byte[] joined(byte[] bytes, int end, byte[] middle, int begin) {
        return ByteBuffer.allocate(end + middle.length + bytes.length - begin)
                .put(bytes, 0, end)
                .put(middle)
                .put(bytes, begin, bytes.length - begin)
                .array();
    }

    private byte[] transplanted(byte[] bytes, int at, int length, Random random) {
        byte[] donor = wholes.get(random.nextInt(wholes.size()));
        int from = random.nextInt(donor.length);
        System.arraycopy(donor, from, bytes, at, Math.min(length, donor.length - from));
        return bytes;
    }
}
