package io.sluice.compute;

import io.sluice.compute.Question.AnswerColumn;
import io.sluice.compute.scan.Footers;
import io.sluice.compute.scan.QuestionSql;
import io.sluice.compute.scan.QuestionSql.Paging;
import io.sluice.compute.scan.Sql;
import io.sluice.table.Column;
import io.sluice.table.Failure;
import io.sluice.table.FailureException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Why a scan failed, found out by looking: at the files, and by reading them without the question's filter. The
/// driver tells its errors apart only by text.
public final class ScanFaults {

    private static final Logger LOG = LoggerFactory.getLogger(ScanFaults.class);
    private static final Duration PROBE_TIME = Duration.ofSeconds(20);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final DuckDb duckDb;
    private final Footers footers = new Footers();

    public ScanFaults(DuckDb duckDb) {
        this.duckDb = duckDb;
    }

    /// What the call gives, or its failure as a typed one. A call whose instance another one has broken is made
    /// again on the next, where nothing of it has been sent.
    <T> T explained(Question question, BooleanSupplier isNothingSent, Callable<T> call) throws Exception {
        try {
            return call.call();
        } catch (SQLException e) {
            if (!DuckDbError.isFatal(e) || !isNothingSent.getAsBoolean()) {
                throw explain(question, e);
            }
        }
        try {
            return call.call();
        } catch (SQLException e) {
            throw explain(question, e);
        }
    }

    private Exception explain(Question question, SQLException cause) {
        return explain(question, cause, ofReadable(question, cause));
    }

    /// Why it failed if all its rows can be read.
    private Failure ofReadable(Question question, SQLException cause) {
        boolean isUntold = DuckDbError.isUntold(cause);
        if (!question.filters().isEmpty() && !(isUntold && isComputable(question))) {
            return new Failure.BadFilter(
                    "it cannot be computed on some row: a value does not convert, or a number is too large");
        }
        if (!isUntold) {
            return new Failure.Internal();
        }
        LOG.warn("The error of a statement is lost. What is left is the memory to sort or join its rows", cause);
        return new Failure.Overloaded("sluice.memory", RETRY_AFTER);
    }

    private Exception explain(Question question, SQLException cause, Failure otherwise) {
        Optional<FailureException> memory = DuckDbError.outOfMemory(cause);
        if (memory.isPresent()) {
            return memory.get();
        }
        Optional<Exception> missing = missing(question.scan(), cause);
        if (missing.isPresent()) {
            return missing.get();
        }
        if (isReadable(question)) {
            return otherwise.asException(cause);
        }
        // They may have gone while they were read.
        return missing(question.scan(), cause)
                .orElseGet(() -> new Failure.TableCorrupt(damaged(question) + " cannot be read").asException(cause));
    }

    /// Which file that is, found by halves; as far as it is found in the time of one look.
    private String damaged(Question question) {
        var time = new WorkTime(PROBE_TIME);
        List<Scan.File> suspects = question.scan().files();
        while (suspects.size() > 1) {
            List<Scan.File> half = suspects.subList(0, suspects.size() / 2);
            suspects = isReadable(question, half, time) ? suspects.subList(half.size(), suspects.size()) : half;
        }
        return isReadable(question, suspects, time)
                ? "a data file"
                : "the data file " + suspects.getFirst().name();
    }

    private static Optional<Exception> missing(Scan scan, SQLException cause) {
        return scan.files().stream()
                .map(Scan.File::path)
                .filter(Files::notExists)
                .findFirst()
                .map(path -> {
                    var missing = new NoSuchFileException(path.toString());
                    missing.initCause(cause);
                    return missing;
                });
    }

    /// Why a statement over a scan failed, where nothing else is known.
    ///
    /// @param otherwise when all rows of the scan can be read
    public Exception explain(Scan scan, SQLException cause, Failure otherwise) {
        return explain(Question.everything(scan), cause, otherwise);
    }

    /// Whether every row of what the question reads can be read.
    private boolean isReadable(Question question) {
        return isReadable(question, question.scan().files(), new WorkTime(PROBE_TIME));
    }

    private boolean isReadable(Question question, List<Scan.File> files, WorkTime time) {
        List<Column> columns = columns(question);
        if (files.isEmpty() || columns.isEmpty()) {
            return true;
        }
        var asked = new QuestionSql(undeleted(question.scan(), files, columns, List.of()), Paging.WHOLE);
        String values = columns.stream()
                .map(column -> "any_value(" + Sql.identifier(column.name()) + ")")
                .collect(Collectors.joining(", "));
        return isAnswered(asked, time, sql -> "SELECT " + values + " FROM (" + sql.select() + ")");
    }

    /// Whether the filters can be computed on every row.
    private boolean isComputable(Question question) {
        Scan scan = question.scan();
        Question whole = undeleted(scan, scan.files(), columns(question), question.filters());
        return isAnswered(new QuestionSql(whole, Paging.WHOLE), new WorkTime(PROBE_TIME), QuestionSql::count);
    }

    private boolean isAnswered(QuestionSql asked, WorkTime time, Function<QuestionSql, String> text) {
        try {
            return duckDb.call(DuckDb.Purpose.QUERY, time, connection -> {
                String sql = text.apply(asked.prepared(footers, connection));
                try (var statement = connection.createStatement();
                        var rows = statement.executeQuery(sql)) {
                    return rows.next();
                }
            });
        } catch (FailureException e) {
            return true;
        } catch (Exception e) {
            return false;
        }
    }

    private static List<Column> columns(Question question) {
        Stream<String> asked =
                question.columns().stream().map(column -> column.path().getFirst());
        Stream<String> filtered = question.filters().stream().flatMap(filter -> filter.columns().stream());
        return Stream.concat(asked, filtered)
                .distinct()
                .flatMap(name -> question.scan().schema().find(name).stream())
                .distinct()
                .toList();
    }

    private static Question undeleted(Scan scan, List<Scan.File> files, List<Column> columns, List<Filter> filters) {
        List<Scan.File> whole = files.stream().map(Scan.File::whole).toList();
        return new Question(
                new Scan(scan.schema(), scan.partitionColumns(), scan.binding(), whole),
                columns.stream().map(AnswerColumn::of).toList(),
                filters,
                List.of(),
                OptionalLong.empty(),
                Optional.empty());
    }
}
