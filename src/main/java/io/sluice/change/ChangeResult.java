package io.sluice.change;

import io.sluice.compute.change.ChangedRows.Member;
import java.util.List;
import java.util.Map;

/// What a change did to rows; kept in the log for requests that are repeated.
///
/// @param dropped rows of a batch that neither matched nor were inserted
/// @param metrics as Spark names them
/// @param members what became of each request of a group; none for a request alone
record ChangeResult(
        long inserted, long updated, long deleted, long dropped, Map<String, Long> metrics, List<Member> members) {

    static final ChangeResult FORGOTTEN = new ChangeResult(0, 0, 0, 0, Map.of(), List.of());

    /// The share of one request of a group.
    ChangeResult of(int member) {
        Member share = members.get(member);
        return new ChangeResult(
                share.inserted(), share.updated(), share.deleted(), share.dropped(), metrics, List.of());
    }
}
