package io.sluice.api;

import io.sluice.table.TableName;
import java.util.OptionalLong;

/// The newest versions of tables, for answers about a table that did not read it: a problem, a list of methods. A
/// port, since tables are known to packages above this one.
public interface NewestVersions {

    /// The newest version that this process knows, which it reads if it knows none. Empty when there is no such
    /// table, or it cannot be read.
    OptionalLong find(TableName table);

    /// The same from memory alone: nothing is asked of the store.
    OptionalLong remembered(TableName table);
}
