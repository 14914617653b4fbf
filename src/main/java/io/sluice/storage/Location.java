package io.sluice.storage;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Where something lies: scheme, authority and a decoded absolute path without `.`, `..`, empty segments or a slash at
/// its end.
///
/// @param scheme `file`, `s3a`
/// @param authority the bucket; empty for `file`
/// @param path decoded, `/a/b c`; the root is `/`
public record Location(String scheme, String authority, String path) {

    private static final Pattern SCHEME = Pattern.compile("([A-Za-z][A-Za-z0-9+.-]*):(.*)", Pattern.DOTALL);

    /// RFC 3986, section 3.3: what may stand in a path segment as it is, and the slash between segments.
    private static final String PLAIN_IN_PATH =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=:@/";

    public Location {
        if (scheme.isEmpty()) {
            throw new IllegalArgumentException("A location needs a scheme.");
        }
        if (!isCanonical(path)) {
            throw new IllegalArgumentException("Not an absolute path without empty, '.' or '..' segments: " + path);
        }
    }

    /// Reads a URI (`s3a://bucket/prefix`, `file:/data`) or a local path (absolute, or relative to the working
    /// directory). `s3` and `s3n` are taken as `s3a`. Percent escapes of a URI are decoded; a local path is taken
    /// as it is. A relative local path whose first segment holds a colon must be written with `./` before it.
    ///
    /// @throws IllegalArgumentException for a URI without an absolute path, with `..`, a query, a fragment or a
    ///     bad escape
    public static Location parse(String text) {
        Matcher uri = SCHEME.matcher(text);
        return uri.matches() ? ofUri(uri.group(1).toLowerCase(Locale.ROOT), uri.group(2), text) : of(Path.of(text));
    }

    /// The location of a local file or directory; a relative path is relative to the working directory.
    public static Location of(Path local) {
        return new Location("file", "", local.toAbsolutePath().normalize().toString());
    }

    private static Location ofUri(String scheme, String rest, String text) {
        String authority = "";
        String path = rest;
        if (rest.startsWith("//")) {
            int slash = rest.indexOf('/', 2);
            authority = slash < 0 ? rest.substring(2) : rest.substring(2, slash);
            path = slash < 0 ? "/" : rest.substring(slash);
        }
        if (!path.startsWith("/") || path.indexOf('?') >= 0 || path.indexOf('#') >= 0) {
            throw new IllegalArgumentException("Not a URI of an absolute path without query and fragment: " + text);
        }
        String absolute = canonical("", decode(path));
        return switch (scheme) {
            case "file" -> {
                if (!authority.isEmpty() && !authority.equals("localhost")) {
                    throw new IllegalArgumentException("A file URI may not name a host: " + text);
                }
                yield new Location("file", "", absolute);
            }
            case "s3", "s3n", "s3a" -> {
                if (authority.isEmpty()) {
                    throw new IllegalArgumentException("The URI names no bucket: " + text);
                }
                yield new Location("s3a", authority, absolute);
            }
            default -> new Location(scheme, authority, absolute);
        };
    }

    /// The location of a decoded relative path below this one; `..` and absolute paths are refused with
    /// IllegalArgumentException.
    public Location resolve(String relative) {
        if (relative.startsWith("/")) {
            throw new IllegalArgumentException("Not a relative path: " + relative);
        }
        return new Location(scheme, authority, canonical(isRoot() ? "" : path, relative));
    }

    /// The last segment; empty for the root.
    public String name() {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /// The directory that holds this; the root's parent is the root.
    public Location parent() {
        int slash = path.lastIndexOf('/');
        return new Location(scheme, authority, slash == 0 ? "/" : path.substring(0, slash));
    }

    /// Whether this is the other location or lies below it.
    public boolean isWithin(Location other) {
        return scheme.equals(other.scheme)
                && authority.equals(other.authority)
                && (other.isRoot() || path.equals(other.path) || path.startsWith(other.path + "/"));
    }

    /// A name of 32 characters for files about what lies here: the same by whatever name a table is known, and
    /// however long its names are.
    public String digest() {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(toString().getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 16);
        } catch (NoSuchAlgorithmException impossible) {
            throw new AssertionError("every Java platform has SHA-256", impossible);
        }
    }

    /// Whether the local file system serves this.
    public boolean isLocal() {
        return scheme.equals("file");
    }

    /// The path on the local file system.
    ///
    /// @throws IllegalStateException when this is not local
    public Path toPath() {
        if (!isLocal()) {
            throw new IllegalStateException("Not a local file: " + this);
        }
        return Path.of(path);
    }

    /// `scheme://authority/path` with the path as it is: what Hadoop's `new Path(String)` takes (it does not
    /// decode), and Kernel hands its paths to that. Not for [#parse(String)].
    public String toUnescapedString() {
        return scheme + "://" + authority + path;
    }

    /// `scheme://authority/path` with the path percent-encoded; [#parse(String)] reads it back.
    @Override
    public String toString() {
        return scheme + "://" + authority + encode(path);
    }

    private boolean isRoot() {
        return path.length() == 1;
    }

    /// Drops empty and `.` segments.
    private static String canonical(String base, String path) {
        StringBuilder result = new StringBuilder(base.length() + path.length() + 1).append(base);
        int start = 0;
        while (start < path.length()) {
            int slash = path.indexOf('/', start);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(start, end);
            if (segment.equals("..")) {
                throw new IllegalArgumentException("The path may not hold '..': " + path);
            }
            if (!segment.isEmpty() && !segment.equals(".")) {
                result.append('/').append(segment);
            }
            start = end + 1;
        }
        return result.isEmpty() ? "/" : result.toString();
    }

    private static boolean isCanonical(String path) {
        if (path.equals("/")) {
            return true;
        }
        return path.startsWith("/")
                && !path.endsWith("/")
                && path.indexOf('\0') < 0
                && !path.contains("//")
                && !path.contains("/./")
                && !path.contains("/../")
                && !path.endsWith("/.")
                && !path.endsWith("/..");
    }

    private static String encode(String path) {
        StringBuilder result = new StringBuilder(path.length() + 16);
        for (byte each : path.getBytes(StandardCharsets.UTF_8)) {
            if (each >= 0 && PLAIN_IN_PATH.indexOf(each) >= 0) {
                result.append((char) each);
            } else {
                result.append('%')
                        .append(Character.toUpperCase(Character.forDigit((each >> 4) & 15, 16)))
                        .append(Character.toUpperCase(Character.forDigit(each & 15, 16)));
            }
        }
        return result.toString();
    }

    private static String decode(String path) {
        if (path.indexOf('%') < 0) {
            return path;
        }
        byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
        ByteBuffer result = ByteBuffer.allocate(bytes.length);
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '%') {
                int high = i + 2 < bytes.length ? Character.digit(bytes[i + 1], 16) : -1;
                int low = i + 2 < bytes.length ? Character.digit(bytes[i + 2], 16) : -1;
                if (high < 0 || low < 0) {
                    throw new IllegalArgumentException("Bad percent escape in " + path);
                }
                result.put((byte) (high << 4 | low));
                i += 2;
            } else {
                result.put(bytes[i]);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(result.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new IllegalArgumentException("The percent escapes are not UTF-8: " + path, e);
        }
    }
}
