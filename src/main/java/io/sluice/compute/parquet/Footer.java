package io.sluice.compute.parquet;

import io.sluice.table.Schema;

/// What the footer of a Parquet file says.
public final class Footer {

    private final Schema schema;
    private final long rows;
    private final FooterStatistics statistics;

    Footer(Schema schema, long rows, FooterStatistics statistics) {
        this.schema = schema;
        this.rows = rows;
        this.statistics = statistics;
    }

    /// The columns, as those of a Delta table that has their values.
    public Schema schema() {
        return schema;
    }

    public long rows() {
        return rows;
    }

    /// The `stats` of the file's `add` action (Delta protocol, "Per-file Statistics").
    public String statistics(StatisticsPlan plan) {
        return statistics.json(plan, rows);
    }
}
