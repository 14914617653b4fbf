package io.sluice.storage;

/// Where something lies: scheme, authority and a decoded absolute path without `.`, `..`, empty segments or a slash at its end.
///
/// @param scheme `file`, `s3a`
/// @param authority the bucket; empty for `file`
/// @param path decoded, `/a/b c`; the root is `/`
public record Location(String scheme, String authority, String path) {

    /// Reads a URI (`s3a://bucket/prefix`, `file:/data`) or a local path (absolute, or relative to the working directory).
    /// `s3` and `s3n` are taken as `s3a`. Percent escapes of a URI are decoded; a local path is taken as it is.
    public static Location parse(String text) {
        throw new UnsupportedOperationException();
    }

    /// The location of a decoded relative path below this one; `..` and absolute paths are refused with IllegalArgumentException.
    public Location resolve(String relative) {
        throw new UnsupportedOperationException();
    }

    /// The last segment.
    public String name() {
        throw new UnsupportedOperationException();
    }

    public Location parent() {
        throw new UnsupportedOperationException();
    }

    /// Whether this is the other location or lies below it.
    public boolean isWithin(Location other) {
        throw new UnsupportedOperationException();
    }

    /// `scheme://authority/path` with the path percent-encoded; for logs and for Kernel.
    @Override
    public String toString() {
        throw new UnsupportedOperationException();
    }
}
