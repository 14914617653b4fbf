package io.sluice.change;

import io.sluice.api.Limits;
import io.sluice.batch.BodyLimits;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.RowBatch;
import io.sluice.compute.RowExpression;
import io.sluice.compute.RowFormat;
import io.sluice.compute.RowRules;
import io.sluice.compute.RowScope;
import io.sluice.compute.change.Constants;
import io.sluice.compute.change.RowChange.Assignment;
import io.sluice.compute.decode.DecodeLimits;
import io.sluice.compute.decode.Payload;
import io.sluice.compute.decode.RowDecoder;
import io.sluice.compute.decode.RowShape;
import io.sluice.compute.decode.RowSink;
import io.sluice.table.BadRow;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import io.sluice.table.Schema;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/// Reads `{column: value | {"sql": "…"}}`. Values obey the rules of rows that come in.
@Component
class GivenValues {

    private static final String SQL = "sql";
    private static final JsonMapper JSON = JsonMapper.shared();

    private final RowDecoder decoder;
    private final DecodeLimits decodeLimits;
    private final FilterLimits limits;

    GivenValues(RowDecoder decoder, Limits limits) {
        this.decoder = decoder;
        this.decodeLimits = BodyLimits.decode(limits, Integer.MAX_VALUE);
        this.limits = new FilterLimits(limits.filterCharacters(), limits.filterNodes(), limits.filterDepth());
    }

    /// @param table the columns that may be set
    Reading reading(Schema table, RowRules rules) {
        return new Reading(table, rules);
    }

    /// The values of one request for one version of the table.
    final class Reading {

        private final Schema table;
        private final RowRules rules;
        private final Map<String, Column> columns = new LinkedHashMap<>();
        private final ObjectNode row = JSON.createObjectNode();

        private Reading(Schema table, RowRules rules) {
            this.table = table;
            this.rules = rules;
        }

        /// @throws FailureException `bad-sql`, `bad-parameter` for a column that is not there, or there twice
        List<Assignment> assignments(Map<String, JsonNode> given, RowScope scope) {
            var assignments = new ArrayList<Assignment>();
            given.forEach((name, value) -> {
                Column column = table.find(name)
                        .orElseThrow(() -> new Failure.BadSql("the table has no column " + shown(name)).asException());
                if (assignments.stream().anyMatch(known -> known.column().equals(column))) {
                    throw new Failure.BadSql("the column " + column.name() + " is set twice").asException();
                }
                if (rules.isGenerated(column.name())) {
                    throw new Failure.ConstraintViolated(
                                    column.name(), "the values of " + column.name() + " are generated", List.of())
                            .asException();
                }
                assignments.add(new Assignment(column, value(column, value, scope)));
            });
            return assignments;
        }

        private RowExpression value(Column column, JsonNode value, RowScope scope) {
            if (value.isObject() && value.size() == 1 && value.get(SQL) instanceof JsonNode text && text.isString()) {
                return expression(text.asString(), column, scope);
            }
            String name = "v" + columns.size();
            columns.put(name, column);
            row.set(name, value);
            return Constants.reference(name, column.type());
        }

        private RowExpression expression(String text, Column column, RowScope scope) {
            try {
                return RowExpression.value(text, scope, column.type(), limits);
            } catch (FailureException e) {
                throw e.failure() instanceof Failure.BadFilter(String reason)
                        ? new Failure.BadSql("of " + column.name() + ", " + reason).asException(e)
                        : e;
            }
        }

        /// The values that are no expressions.
        ///
        /// @throws FailureException `bad-rows` for a value that its column cannot have
        Constants constants() {
            if (columns.isEmpty()) {
                return Constants.NONE;
            }
            var schema = new Schema(columns.entrySet().stream()
                    .map(entry -> new Column(
                            entry.getKey(),
                            Constants.plain(entry.getValue().type()),
                            entry.getValue().nullable(),
                            Map.of()))
                    .toList());
            var sink = new OneRow();
            try {
                decoder.decode(
                        RowFormat.JSON,
                        new ByteArrayInputStream(JSON.writeValueAsBytes(row)),
                        new RowShape(schema, List.of(), Map.of()),
                        decodeLimits,
                        Payload.DROP,
                        sink);
            } catch (IOException impossible) {
                throw new IllegalStateException("bytes in memory are always read", impossible);
            }
            return new Constants(Optional.of(sink.row(columns)));
        }
    }

    private static String shown(String name) {
        return name.length() > 100 ? name.substring(0, 100) + "…" : name;
    }

    private static final class OneRow implements RowSink {

        private final List<RowBatch> rows = new ArrayList<>();
        private final List<BadRow> bad = new ArrayList<>();

        @Override
        public void rows(RowBatch batch) {
            rows.add(batch);
        }

        @Override
        public void bad(long row, String column, String reason, String payload) {
            bad.add(new BadRow(row, column, reason));
        }

        RowBatch row(Map<String, Column> columns) {
            if (!bad.isEmpty()) {
                throw new Failure.BadRows(
                                1,
                                bad.stream()
                                        .map(cell ->
                                                new BadRow(cell.row(), named(cell.column(), columns), cell.reason()))
                                        .toList())
                        .asException();
            }
            return RowBatch.concat(rows);
        }

        /// The path of a cell with the column's own name in front.
        private static String named(String path, Map<String, Column> columns) {
            int end = 0;
            while (end < path.length() && Character.isLetterOrDigit(path.charAt(end))) {
                end++;
            }
            Column column = columns.get(path.substring(0, end));
            return column == null ? path : column.name() + path.substring(end);
        }
    }
}
