package io.sluice.compute.decode;

/// Whether bad rows are handed on with their text.
public enum Payload {
    KEEP,
    DROP
}
