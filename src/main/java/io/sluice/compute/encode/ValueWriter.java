package io.sluice.compute.encode;

/// Writes the values of one vector.
@FunctionalInterface
interface ValueWriter {

    /// @param index of the value in the vector
    void write(int index, ByteText out);
}
