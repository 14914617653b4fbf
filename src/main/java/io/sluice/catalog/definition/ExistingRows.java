package io.sluice.catalog.definition;

import io.sluice.compute.ByteLimit;
import io.sluice.compute.Delivery;
import io.sluice.compute.Filter;
import io.sluice.compute.FilterLimits;
import io.sluice.compute.Question;
import io.sluice.compute.RowFormat;
import io.sluice.compute.Scan;
import io.sluice.compute.ScanReader;
import io.sluice.compute.WorkTime;
import io.sluice.datafile.TableScans;
import io.sluice.delta.DataFile;
import io.sluice.delta.FilePruning;
import io.sluice.delta.TableSnapshot;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.JsonValues;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/// The rows of a table, asked whether they satisfy what is to be demanded of them.
public final class ExistingRows {

    private static final int SHOWN_ROWS = 5;
    private static final FilterLimits LIMITS = new FilterLimits(1 << 20, 2_000, 200);

    private final TableScans scans;
    private final ScanReader reader;
    private final TableRules rules;
    private final Duration time;

    /// @param time that one question may take
    public ExistingRows(TableScans scans, ScanReader reader, TableRules rules, Duration time) {
        this.scans = scans;
        this.reader = reader;
        this.rules = rules;
        this.time = time;
    }

    /// @throws io.sluice.table.FailureException `constraint-violated`, with the first rows that do not satisfy it
    void require(TableDraft draft, TableDraft.Demand demand) {
        switch (demand) {
            case TableDraft.Demand.NotNull(List<String> path) -> {
                String name = path.stream()
                        .map(step -> "`" + step.replace("`", "``") + "`")
                        .collect(Collectors.joining("."));
                var nulls = Filter.parse(name + " IS NULL", draft.schema(), LIMITS);
                List<DataFile> files = isKnown(draft, path)
                        ? FilePruning.mayMatch(draft.snapshot(), nulls.predicate())
                        : draft.snapshot().files();
                refuse("NOT NULL", String.join(".", path) + " is null in rows of the table", rows(draft, files, nulls));
            }
            case TableDraft.Demand.Constraint(String key) -> {
                String expression = draft.configuration().getOrDefault(key, "");
                var violating =
                        rules.constraint(draft.schema(), key, expression).violating();
                String name = key.substring(key.lastIndexOf('.') + 1);
                refuse(
                        name,
                        expression + " is not true for rows of the table",
                        rows(draft, draft.snapshot().files(), violating));
            }
        }
    }

    /// Whether the files' statistics of the name are those of the column: another one may have had it before.
    private static boolean isKnown(TableDraft draft, List<String> path) {
        String name = path.getFirst();
        Optional<String> before = draft.snapshot().schema().find(name).map(Column::physicalName);
        return path.size() == 1
                && before.isPresent()
                && before.equals(draft.schema().find(name).map(Column::physicalName));
    }

    private static void refuse(String constraint, String reason, List<Map<String, Object>> rows) {
        if (!rows.isEmpty()) {
            throw new Failure.ConstraintViolated(constraint, reason, rows).asException();
        }
    }

    private List<Map<String, Object>> rows(TableDraft draft, List<DataFile> files, Filter filter) {
        TableSnapshot snapshot = draft.snapshot();
        if (files.isEmpty()) {
            return List.of();
        }
        var out = new ByteArrayOutputStream();
        try {
            scans.on(
                    snapshot,
                    files,
                    scan -> reader.write(
                            question(
                                    new Scan(draft.schema(), draft.partitionColumns(), scan.binding(), scan.files()),
                                    filter),
                            new Delivery(
                                    RowFormat.JSON,
                                    out,
                                    new WorkTime(time),
                                    new ByteLimit("sluice.limits.page-bytes", 1 << 20))));
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure.ShuttingDown(Duration.ofSeconds(1)).asException(e);
        } catch (Exception e) {
            throw new Failure.Internal().asException(e);
        }
        var rows = new ArrayList<Map<String, Object>>();
        if (JsonValues.parse(out.toString(StandardCharsets.UTF_8)) instanceof List<?> read) {
            for (Object row : read) {
                var values = new LinkedHashMap<String, Object>();
                ((Map<?, ?>) row).forEach((key, value) -> values.put((String) key, value));
                rows.add(values);
            }
        }
        return rows;
    }

    private static Question question(Scan scan, Filter filter) {
        Question everything = Question.everything(scan);
        return new Question(
                scan, everything.columns(), List.of(filter), List.of(), OptionalLong.of(SHOWN_ROWS), Optional.empty());
    }
}
