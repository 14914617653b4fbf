package io.sluice.api;

import io.sluice.table.TableName;
import jakarta.servlet.http.HttpServletRequest;

/// Whether the sender of a request may know that a table is there, for answers about a table that no handler gave: a
/// problem, a list of methods. A port, since grants are known to the package above this one.
public interface Visibility {

    boolean sees(HttpServletRequest request, TableName table);

    /// Whether he may read all rows and cells that he may do this with.
    boolean reads(HttpServletRequest request, Asked asked);
}
