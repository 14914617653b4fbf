package io.sluice.query;

import io.sluice.table.Failure;
import java.util.regex.Pattern;

/// One of `of` disjoint parts of a version's files.
///
/// @param index from 0
record Shard(int index, int of) {

    private static final Pattern TEXT = Pattern.compile("([0-9]{1,6})/([0-9]{1,6})");

    /// `i/n` with 0 ≤ i < n.
    ///
    /// @throws io.sluice.table.FailureException `bad-parameter` for anything else
    static Shard parse(String text) {
        var parts = TEXT.matcher(text);
        if (parts.matches()) {
            int index = Integer.parseInt(parts.group(1));
            int of = Integer.parseInt(parts.group(2));
            if (index < of) {
                return new Shard(index, of);
            }
        }
        throw new Failure.BadParameter("shard", "it is i/n, i counted from 0 and smaller than n").asException();
    }

    /// Whether the n-th file of the version, in an order that never changes, is in this part.
    boolean holds(int file) {
        return file % of == index;
    }
}
