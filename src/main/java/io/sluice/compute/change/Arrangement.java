package io.sluice.compute.change;

import java.util.List;

/// In which order rows are written again.
public sealed interface Arrangement {

    /// As they lie.
    record AsTheyLie() implements Arrangement {}

    /// So that rows which are near each other in all of these columns lie near each other: along a space-filling
    /// curve over the ranks of their values.
    ///
    /// @param columns paths of logical names, at least one; of types that have an order
    record Along(Curve curve, List<List<String>> columns) implements Arrangement {
        public Along {
            columns = List.copyOf(columns);
        }
    }

    enum Curve {
        Z_ORDER,
        /// Never leaps: rows that follow each other are near each other.
        HILBERT
    }
}
