package io.sluice.operation;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.sluice.access.Access;
import io.sluice.api.Activity;
import io.sluice.api.ForCallers;
import io.sluice.api.PageToken;
import io.sluice.table.Failure;
import io.sluice.table.TableName;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/// Operations: ask about one, list them, cancel one.
@RestController
@RequestMapping("/v1/operations")
class OperationController {

    private static final String TOKEN_KIND = "operations";
    private static final int MAXIMUM_PAGE = 1000;

    private final Access access;
    private final Operations operations;

    OperationController(Access access, Operations operations) {
        this.access = access;
        this.operations = operations;
    }

    @JsonInclude(JsonInclude.Include.NON_NULL)
    record OperationPage(
            List<Operation> operations, @Nullable String nextPageToken) {}

    @ForCallers("which tables the caller may see")
    @GetMapping
    OperationPage list(
            @RequestParam(defaultValue = "") String table,
            @RequestParam(defaultValue = "") String state,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(required = false) @Nullable String pageToken) {
        if (limit < 1 || limit > MAXIMUM_PAGE) {
            throw new Failure.BadParameter("limit", "it must be between 1 and " + MAXIMUM_PAGE).asException();
        }
        Optional<OperationState> wantedState = state.isEmpty() ? Optional.empty() : Optional.of(parse(state));
        Optional<String> wantedTable = table.isEmpty()
                ? Optional.empty()
                : Optional.of(TableName.parse(table).toString());
        Predicate<Operation> wanted = operation -> access.sees(TableName.parse(operation.table()))
                && wantedTable.map(operation.table()::equals).orElse(true)
                && wantedState.map(operation.state()::equals).orElse(true);
        String question = table + "\u0000" + state;
        String before = pageToken == null
                ? ""
                : PageToken.decode(pageToken, TOKEN_KIND, question).position();
        List<Operation> found = operations.list(wanted, before, limit + 1);
        boolean more = found.size() > limit;
        List<Operation> page = (more ? found.subList(0, limit) : found)
                .stream().map(this::shown).toList();
        return new OperationPage(
                page,
                more ? new PageToken(TOKEN_KIND, -1, question, page.getLast().id()).encode() : null);
    }

    private Operation shown(Operation operation) {
        TableName table = TableName.parse(operation.table());
        boolean whole = access.within(Activity.SHOW, table).isNone()
                || access.within(Activity.OPTIMIZE, table).isNone();
        return whole ? operation : operation.outline();
    }

    /// An operation on a table that the caller may not see is not there.
    private Operation visible(String id) {
        Operation operation = operations.find(id);
        if (!access.sees(TableName.parse(operation.table()))) {
            throw new Failure.OperationNotFound(id).asException();
        }
        return operation;
    }

    private static OperationState parse(String word) {
        return Arrays.stream(OperationState.values())
                .filter(state -> state.word().equals(word))
                .findFirst()
                .orElseThrow(
                        () -> new Failure.BadParameter("state", "it is queued, running, succeeded, failed or cancelled")
                                .asException());
    }

    @ForCallers("whether the caller may see the table")
    @GetMapping("/{id}")
    Operation show(@PathVariable String id) {
        return shown(visible(id));
    }

    /// `202` while it has not come to where it can stop, `200` when it is at its end.
    @ForCallers("cancel, of the operation's table")
    @DeleteMapping("/{id}")
    ResponseEntity<Operation> cancel(@PathVariable String id) {
        access.require(Activity.CANCEL, TableName.parse(visible(id).table()));
        Operation operation = operations.cancel(id);
        return (operation.state().isFinished() ? ResponseEntity.ok() : ResponseEntity.accepted()).body(operation);
    }
}
