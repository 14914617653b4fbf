package io.sluice.change;

import io.sluice.access.Access;
import io.sluice.api.Activity;
import io.sluice.api.Limits;
import io.sluice.batch.BodyLimits;
import io.sluice.catalog.Catalog;
import io.sluice.compute.RowBatch;
import io.sluice.compute.RowFormat;
import io.sluice.compute.change.Constants;
import io.sluice.compute.change.RowSource;
import io.sluice.compute.decode.DecodeLimits;
import io.sluice.compute.decode.Payload;
import io.sluice.compute.decode.RowDecoder;
import io.sluice.compute.decode.RowShape;
import io.sluice.compute.decode.RowSink;
import io.sluice.datafile.TableScans;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.AsOf;
import io.sluice.table.BadRow;
import io.sluice.table.Column;
import io.sluice.table.DataType;
import io.sluice.table.Failure;
import io.sluice.table.Restriction;
import io.sluice.table.Schema;
import io.sluice.table.TableName;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Rows of a merge's body, or of a table.
@Component
class MergeSources {

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final int SHOWN_BAD_ROWS = 100;

    private final Access access;
    private final Catalog catalog;
    private final TableScans scans;
    private final RowDecoder decoder;
    private final DecodeLimits decodeLimits;

    MergeSources(Access access, Catalog catalog, TableScans scans, RowDecoder decoder, Limits limits) {
        this.access = access;
        this.catalog = catalog;
        this.scans = scans;
        this.decoder = decoder;
        this.decodeLimits = BodyLimits.decode(limits, 1 << 20);
    }

    /// @throws io.sluice.table.FailureException `malformed-body` when it names not just one place;
    ///     `table-not-found`, `forbidden`
    MergeSource of(MergeRows.Source source) {
        int places =
                (source.rows() == null ? 0 : 1) + (source.table() == null ? 0 : 1) + (source.sql() == null ? 0 : 1);
        if (places != 1 || source.version() != null && source.table() == null) {
            throw new Failure.MalformedBody("source has one of rows, table (with version) and sql").asException();
        }
        List<JsonNode> rows = source.rows();
        if (rows != null) {
            return new Given(rows);
        }
        String name = source.table();
        if (name == null) {
            throw new Failure.NotImplemented("a merge from sql").asException();
        }
        TableName table = TableName.parse(name);
        access.require(Activity.READ, table);
        if (access.within(Activity.READ, table).rows().isPresent()) {
            throw new Failure.Restricted(
                            table, "The caller's grant is for some rows of " + table + ", and a merge reads all.")
                    .asException();
        }
        Long version = source.version();
        return new OtherTable(
                table,
                access.within(Activity.READ, table),
                version == null ? AsOf.latest() : new AsOf.Version(version));
    }

    private final class OtherTable implements MergeSource {

        private final TableName name;
        private final Restriction within;
        private final AsOf asOf;

        OtherTable(TableName name, Restriction within, AsOf asOf) {
            this.name = name;
            this.within = within;
            this.asOf = asOf;
        }

        @Override
        public RowSource read(TableSnapshot table) {
            TableSnapshot snapshot = source(table);
            return new RowSource.Scanned(
                    Constants.plain(within.visible(snapshot.schema())),
                    work -> scans.on(snapshot, snapshot.files(), work::with));
        }

        @Override
        public Schema columns(TableSnapshot table) {
            return Constants.plain(within.visible(source(table).schema()));
        }

        @Override
        public boolean isItself(TableSnapshot table) {
            return asOf instanceof AsOf.Latest && catalog.locate(name).equals(table.location());
        }

        /// Of the table itself the version that is changed, so that both sides are the same rows.
        private TableSnapshot source(TableSnapshot table) {
            return isItself(table) ? table : catalog.snapshot(name, asOf);
        }
    }

    private final class Given implements MergeSource {

        private final List<JsonNode> rows;

        Given(List<JsonNode> rows) {
            this.rows = rows;
        }

        @Override
        public RowSource read(TableSnapshot table) {
            Schema schema = schema(rows, Constants.plain(table.schema()));
            var sink = new Rows();
            read(() -> {
                decoder.decode(
                        RowFormat.JSON, body(), RowShape.partial(schema, List.of()), decodeLimits, Payload.DROP, sink);
                return sink;
            });
            return new RowSource.Batch(schema, sink.good(), List.of(), RowSource.Duplicates.LAST_STAYS);
        }

        @Override
        public Schema columns(TableSnapshot table) {
            Schema known = schema(rows, Constants.plain(table.schema()));
            Schema told =
                    read(() -> decoder.schema(RowFormat.JSON, body(), Constants.plain(table.schema()), decodeLimits));
            return new Schema(told.columns().stream()
                    .filter(column -> known.find(column.name()).isPresent())
                    .toList());
        }

        private InputStream body() {
            return new ByteArrayInputStream(JSON.writeValueAsBytes(rows));
        }

        private static <T> T read(Reading<T> reading) {
            try {
                return reading.read();
            } catch (IOException impossible) {
                throw new IllegalStateException("bytes in memory are always read", impossible);
            }
        }
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read() throws IOException;
    }

    /// Members are of the type of the table's column of the same name; others of the type that all their values
    /// have.
    private static Schema schema(List<JsonNode> rows, Schema table) {
        var columns = new LinkedHashMap<String, Column>();
        for (JsonNode row : rows) {
            if (!row.isObject()) {
                throw new Failure.MalformedBody("the rows of source are objects").asException();
            }
            for (Map.Entry<String, JsonNode> member : row.properties()) {
                Column known = table.find(member.getKey()).orElse(null);
                if (known != null) {
                    columns.putIfAbsent(known.name(), new Column(known.name(), known.type()));
                } else {
                    columns.merge(
                            member.getKey(),
                            new Column(member.getKey(), type(member.getValue())),
                            MergeSources::common);
                }
            }
        }
        if (columns.isEmpty()) {
            table.columns().forEach(column -> columns.put(column.name(), new Column(column.name(), column.type())));
        }
        return new Schema(columns.values().stream()
                .map(column -> column.type() == DataType.Primitive.VOID
                        ? new Column(column.name(), DataType.Primitive.STRING)
                        : column)
                .toList());
    }

    private static DataType type(JsonNode value) {
        return switch (value.getNodeType()) {
            case BOOLEAN -> DataType.Primitive.BOOLEAN;
            case NUMBER -> value.isIntegralNumber() ? DataType.Primitive.LONG : DataType.Primitive.DOUBLE;
            case NULL -> DataType.Primitive.VOID;
            default -> DataType.Primitive.STRING;
        };
    }

    private static Column common(Column one, Column other) {
        if (one.type() == DataType.Primitive.VOID) {
            return other;
        }
        boolean fraction = other.type() == DataType.Primitive.DOUBLE && one.type() == DataType.Primitive.LONG;
        return fraction ? other : one;
    }

    private static final class Rows implements RowSink {

        private final List<RowBatch> batches = new ArrayList<>();
        private final List<BadRow> bad = new ArrayList<>();
        private long badRows;

        @Override
        public void rows(RowBatch batch) {
            batches.add(batch);
        }

        @Override
        public void bad(long row, String column, String reason, String payload) {
            badRows++;
            if (bad.size() < SHOWN_BAD_ROWS) {
                bad.add(new BadRow(row, column, reason));
            }
        }

        List<RowBatch> good() {
            if (badRows > 0) {
                throw new Failure.BadRows(badRows, bad).asException();
            }
            return batches;
        }
    }
}
